/**
 * Models that tell what came in: each is a detector, as a manifest wants it, whose further outputs repeat its input. A picture's input
 * is FP32, FP16 or UINT8; INT64 goes in as the picture size that RT-DETR asks for. BOOL and BYTES are no inputs of a vision model, only
 * outputs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildOnnxModel, ONNX_ELEMENT_TYPE } from '@care/plugin-testkit/onnx';

const SIDE = 32;
const IMAGE = [1, 3, SIDE, SIDE];
/** Cells of a YOLOv8 grid at this size: 4 x 4 + 2 x 2 + 1. */
const ANCHORS = 21;
/** A repeated picture; with four dimensions it would be read as mask prototypes. */
const FLAT = [1, 3 * SIDE * SIDE];
const QUERIES = 4;
/** Writes models, manifests and a deployment into a folder. */
export function writeServedModels(dir) {
  mkdirSync(dir, { recursive: true });
  const write = (file, content) => writeFileSync(path.join(dir, file), content);
  const manifest = (id, file, more = {}) =>
    JSON.stringify({
      model_id: id,
      task_type: 'object-detection',
      model_path: file,
      class_names: ['person', 'bed'],
      input_size: [SIDE, SIDE],
      postprocessing: { decoder: 'yolov8' },
      ...more,
    });
  for (const [id, model] of Object.entries({
    'echo-fp32': echo('float32'),
    'echo-fp16': echo('float16'),
    'echo-uint8': echo('uint8'),
    datatypes: everyDatatype(),
  })) {
    write(`${id}.onnx`, model);
    write(`${id}.json`, manifest(id, `${id}.onnx`));
  }
  write('echo-int64.onnx', echoOfSizes());
  const detr = { postprocessing: { decoder: 'rtdetr' } };
  write('echo-int64.json', manifest('echo-int64', 'echo-int64.onnx', detr));
  for (const [version, width] of Object.entries({ '1.0.0': 8, '2.0.0': 16 })) {
    write(`versions-${version}.onnx`, echo('float32', width));
    write(`versions-${version}.json`, manifest('versions', `versions-${version}.onnx`, { version }));
  }
  const deployment = {
    model_id: 'versions',
    aliases: { champion: '2.0.0', challenger: '1.0.0' },
    traffic: { champion: 100, challenger: 0 },
  };
  write('versions.deployment.json', JSON.stringify(deployment));
}

/** One box in the middle, 8 high, of class 0 with confidence 0.9. */
function answerOf(width) {
  const rows = [SIDE / 2, SIDE / 2, width, 8, 0.9, 0.1];
  const data = new Float32Array(rows.length * ANCHORS);
  rows.forEach((value, row) => (data[row * ANCHORS] = value));
  return { type: 'float32', dims: [1, rows.length, ANCHORS], data };
}

const ANSWER = { name: 'output0', type: 'float32', shape: [1, 6, ANCHORS] };

function echo(type, width = 8) {
  return buildOnnxModel({
    inputs: [{ name: 'images', type, shape: IMAGE }],
    outputs: [ANSWER, { name: 'echo', type, shape: FLAT }],
    nodes: [
      { op: 'Identity', inputs: ['answer'], outputs: ['output0'] },
      { op: 'Flatten', inputs: ['images'], outputs: ['echo'] },
    ],
    initializers: { answer: answerOf(width) },
  });
}

/** The input in every type, FP64 as a third of it; `exponential` is infinite for more than 89, `labels` and `uint64_limits` are constants. */
function everyDatatype() {
  const cast = Object.entries(ONNX_ELEMENT_TYPE).filter(([type]) => type !== 'float32' && type !== 'float64');
  const labels = { type: 'string', dims: [2, 2], data: ['fall', 'Übergröße', '', '日本\n"'] };
  const limits = { type: 'uint64', dims: [2], data: BigUint64Array.from([0n, 2n ** 64n - 1n]) };
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: IMAGE }],
    outputs: [
      ANSWER,
      ...cast.map(([type]) => ({ name: `as_${type}`, type, shape: FLAT })),
      { name: 'third', type: 'float64', shape: FLAT },
      { name: 'exponential', type: 'float32', shape: FLAT },
      { name: 'labels', type: labels.type, shape: labels.dims },
      { name: 'uint64_limits', type: limits.type, shape: limits.dims },
    ],
    nodes: [
      { op: 'Identity', inputs: ['answer'], outputs: ['output0'] },
      { op: 'Flatten', inputs: ['images'], outputs: ['flat'] },
      ...cast.map(([type, to]) => ({
        op: 'Cast',
        inputs: ['flat'],
        outputs: [`as_${type}`],
        attributes: { to },
      })),
      { op: 'Cast', inputs: ['flat'], outputs: ['exact'], attributes: { to: ONNX_ELEMENT_TYPE.float64 } },
      { op: 'Div', inputs: ['exact', 'three'], outputs: ['third'] },
      { op: 'Exp', inputs: ['flat'], outputs: ['exponential'] },
      { op: 'Identity', inputs: ['constant_labels'], outputs: ['labels'] },
      { op: 'Identity', inputs: ['constant_limits'], outputs: ['uint64_limits'] },
    ],
    initializers: {
      answer: answerOf(8),
      three: { type: 'float64', dims: [1], data: Float64Array.of(3) },
      constant_labels: labels,
      constant_limits: limits,
    },
  });
}

/** RT-DETR's interface; `sizes` repeats the second input, with four dimensions as the decoder leaves those alone. */
function echoOfSizes() {
  const zeros = (type, dims, data) => ({ type, dims, data });
  return buildOnnxModel({
    inputs: [
      { name: 'images', type: 'float32', shape: IMAGE },
      { name: 'orig_target_sizes', type: 'int64', shape: [1, 2] },
    ],
    outputs: [
      { name: 'labels', type: 'int64', shape: [1, QUERIES] },
      { name: 'boxes', type: 'float32', shape: [1, QUERIES, 4] },
      { name: 'scores', type: 'float32', shape: [1, QUERIES] },
      { name: 'sizes', type: 'int64', shape: [1, 2, 1, 1] },
    ],
    nodes: [
      { op: 'ReduceMean', inputs: ['images'], outputs: ['mean'], attributes: { keepdims: 0 } },
      { op: 'Mul', inputs: ['mean', 'no_scores'], outputs: ['scores'] },
      { op: 'Identity', inputs: ['no_labels'], outputs: ['labels'] },
      { op: 'Identity', inputs: ['no_boxes'], outputs: ['boxes'] },
      { op: 'Unsqueeze', inputs: ['orig_target_sizes', 'axes'], outputs: ['sizes'] },
    ],
    initializers: {
      no_labels: zeros('int64', [1, QUERIES], new BigInt64Array(QUERIES)),
      no_boxes: zeros('float32', [1, QUERIES, 4], new Float32Array(QUERIES * 4)),
      no_scores: zeros('float32', [1, QUERIES], new Float32Array(QUERIES)),
      axes: zeros('int64', [2], BigInt64Array.of(2n, 3n)),
    },
  });
}
