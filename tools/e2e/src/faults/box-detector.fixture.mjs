import { buildOnnxModel } from '@care/plugin-testkit/onnx';

export const INPUT = 64;
export const CLASS_NAMES = ['person', 'bed'];
/** As many as YOLOv8 has at 64 px: 8 x 8 + 4 x 4 + 2 x 2. */
const ANCHORS = 84;
/** Enough weights that a file can be cut in the middle, and that a copy takes several blocks of a disk. */
const BALLAST = 64 * 1024;

/**
 * A detector in YOLOv8's output layout that finds one bed in the middle of every picture, 16 high and as wide as it is told: the width
 * in an answer says which weights gave it. `classes` other than 2 and an `op` that no engine has make it unusable in their own ways.
 */
export function boxDetector(width, { classes = CLASS_NAMES.length, op = 'Mul' } = {}) {
  const rows = [INPUT / 2, INPUT / 2, width, 16, ...Array(classes).fill(0)];
  rows[5] = 0.75;
  const answer = new Float32Array(rows.length * ANCHORS);
  rows.forEach((value, row) => (answer[row * ANCHORS] = value));
  const float = (dims, data) => ({ type: 'float32', dims, data });
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, INPUT, INPUT] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, rows.length, ANCHORS] }],
    nodes: [
      { op, inputs: ['images', 'zero'], outputs: ['zeros'] },
      { op: 'ReduceSum', inputs: ['zeros'], outputs: ['nothing'], attributes: { keepdims: 0 } },
      { op: 'ReduceSum', inputs: ['ballast'], outputs: ['ballast_sum'], attributes: { keepdims: 0 } },
      { op: 'Add', inputs: ['answer', 'nothing'], outputs: ['moved'] },
      { op: 'Add', inputs: ['moved', 'ballast_sum'], outputs: ['output0'] },
    ],
    initializers: {
      zero: float([1], new Float32Array(1)),
      ballast: float([BALLAST], new Float32Array(BALLAST)),
      answer: float([1, rows.length, ANCHORS], answer),
    },
  });
}

/** A picture of the detector's own input size, so that boxes are in pixels of it. */
export const FRAME = {
  data: new Uint8Array(3 * INPUT * INPUT).fill(100),
  width: INPUT,
  height: INPUT,
  format: 'rgb',
};

/** Of the one box that was found. */
export function widthOf({ predictions: [first] }) {
  return first === undefined ? undefined : Math.round(first.box[2] - first.box[0]);
}
