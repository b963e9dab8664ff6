// Two models that differ in their weights alone, and the manifest that says which of them is live.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { seededNormals } from '../overhead/models/seeded-random.mjs';

const SIZE = 320;
/** Grid cells of a 320 px input at strides 8, 16 and 32. */
const ANCHORS = 2100;
/** Width in pixels of the one box that each model finds: tells which weights answered. */
export const BOX_WIDTHS = [40, 80];

/** Some 0.2 GFLOP of convolutions, whose result is weighed with 0, and one box in the middle. */
function buildModel(width) {
  const box = new Float32Array(5 * ANCHORS);
  [SIZE / 2, SIZE / 2, width, 80, 0.9].forEach((value, row) => (box[row * ANCHORS] = value));
  const random = seededNormals(width);
  const weights = (...dims) => ({
    type: 'float32',
    dims,
    data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random()),
  });
  const conv = (input, output, strides) => [
    {
      op: 'Conv',
      inputs: [input, `${output}-weights`],
      outputs: [`${output}-sum`],
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [strides, strides] },
    },
    { op: 'Relu', inputs: [`${output}-sum`], outputs: [output] },
  ];
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, SIZE, SIZE] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, 5, ANCHORS] }],
    nodes: [
      ...conv('images', 'a', 2),
      ...conv('a', 'b', 2),
      ...conv('b', 'c', 1),
      { op: 'ReduceMean', inputs: ['c'], outputs: ['mean'], attributes: { axes: [2, 3], keepdims: 0 } },
      { op: 'ReduceMean', inputs: ['mean'], outputs: ['one'], attributes: { axes: [1], keepdims: 0 } },
      { op: 'Mul', inputs: ['one', 'zero'], outputs: ['nothing'] },
      { op: 'Add', inputs: ['box', 'nothing'], outputs: ['output0'] },
    ],
    initializers: {
      'a-weights': weights(16, 3, 3, 3),
      'b-weights': weights(32, 16, 3, 3),
      'c-weights': weights(32, 32, 3, 3),
      zero: { type: 'float32', dims: [1], data: Float32Array.of(0) },
      box: { type: 'float32', dims: [1, 5, ANCHORS], data: box },
    },
  });
}

/** A models directory with the weights of both models and no manifest yet. */
export async function writeWeights(directory) {
  await Promise.all(
    BOX_WIDTHS.map((width, index) => writeFile(join(directory, `weights-${index}.onnx`), buildModel(width))),
  );
}

/** Makes a version live: one file is replaced, as an editor or a deployment does it. */
export async function stateVersion(directory, number) {
  const manifest = {
    model_id: 'swapped',
    version: `1.0.${number}`,
    task_type: 'object-detection',
    model_path: `weights-${number % BOX_WIDTHS.length}.onnx`,
    class_names: ['thing'],
    input_size: [SIZE, SIZE],
    postprocessing: { decoder: 'yolov8' },
  };
  const path = join(directory, 'swapped.json');
  await writeFile(`${path}.new`, JSON.stringify(manifest));
  await rename(`${path}.new`, path);
}

/** The box width of a version. */
export function widthOf(version) {
  return BOX_WIDTHS[Number(version.split('.').at(-1)) % BOX_WIDTHS.length];
}
