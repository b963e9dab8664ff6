import { buildOnnxModel } from '@care/plugin-testkit/onnx';

export const INPUT = 64;
export const CLASS_NAMES = ['person', 'bed'];

/**
 * A detector in YOLOv8's output layout, [1, 4 + classes, anchors], that finds one bed in every picture: centre (32, 32),
 * 32 wide, 16 high in pixels of its 64 x 64 input, at confidence 0.75.
 */
export function constantDetector() {
  const anchors = (INPUT / 8) ** 2 + (INPUT / 16) ** 2 + (INPUT / 32) ** 2;
  const rows = [32, 32, 32, 16, 0, 0.75];
  const answer = new Float32Array(rows.length * anchors);
  rows.forEach((value, row) => (answer[row * anchors] = value));
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, INPUT, INPUT] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, rows.length, anchors] }],
    nodes: [
      { op: 'Mul', inputs: ['images', 'zero'], outputs: ['nothing'] },
      { op: 'ReduceSum', inputs: ['nothing'], outputs: ['sum'], attributes: { keepdims: 0 } },
      { op: 'Add', inputs: ['answer', 'sum'], outputs: ['output0'] },
    ],
    initializers: {
      zero: { type: 'float32', dims: [1], data: new Float32Array(1) },
      answer: { type: 'float32', dims: [1, rows.length, anchors], data: answer },
    },
  });
}

/** The predecessor's manifest, nothing added. */
export const manifest = {
  model_id: 'constant-detector',
  task_type: 'object-detection',
  model_path: 'constant-detector.onnx',
  class_names: CLASS_NAMES,
  input_size: [INPUT, INPUT],
};

/** A picture of 128 x 64: halved and padded by 16 above and below to fill the input. */
export const PICTURE = { width: 128, height: 64 };
/** The box (16, 24, 48, 40) of the input in pixels of the picture: minus the padding of 16 in y, times 2. */
export const EXPECTED_BOX = [32, 16, 96, 48];
