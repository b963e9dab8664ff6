// A detector of 64 x 64 pixels that runs in next to no time and finds one box, as wide as its version says.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';

export const MODEL_ID = 'two-versions';
const SIDE = 64;
const ANCHORS = 84;

export async function writeVersion(dir, version, width) {
  await writeFile(join(dir, `${version}.onnx`), boxModel(width));
  const manifest = {
    model_id: MODEL_ID,
    version,
    task_type: 'object-detection',
    model_path: `${version}.onnx`,
    class_names: ['thing'],
    input_size: [SIDE, SIDE],
    postprocessing: { decoder: 'yolov8' },
  };
  await writeFile(join(dir, `${version}.json`), JSON.stringify(manifest));
}

export async function stateTraffic(dir, traffic) {
  await writeFile(
    join(dir, `${MODEL_ID}.deployment.json`),
    JSON.stringify({ model_id: MODEL_ID, traffic, sticky_by: 'camera_id' }),
  );
}

/** YOLOv8's layout, 1 x (4 + classes) x anchors, with one object in the first anchor. */
function boxModel(width) {
  const rows = [SIDE / 2, SIDE / 2, width, 16, 0.9];
  const answer = new Float32Array(rows.length * ANCHORS);
  rows.forEach((value, row) => (answer[row * ANCHORS] = value));
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, SIDE, SIDE] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, rows.length, ANCHORS] }],
    nodes: [
      { op: 'Mul', inputs: ['images', 'zero'], outputs: ['zeros'] },
      { op: 'ReduceSum', inputs: ['zeros'], outputs: ['nothing'], attributes: { keepdims: 0 } },
      { op: 'Add', inputs: ['answer', 'nothing'], outputs: ['output0'] },
    ],
    initializers: {
      zero: { type: 'float32', dims: [1], data: new Float32Array(1) },
      answer: { type: 'float32', dims: [1, rows.length, ANCHORS], data: answer },
    },
  });
}
