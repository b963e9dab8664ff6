import type { PlaneTarget } from './bilinear-kernel.js';

/** Stores one row of interleaved red, green, blue (0..255) in the tensor, normalised. */
export function storeColors(row: Float32Array, y: number, target: PlaneTarget): void {
  const { data, pixelStep, rowStep } = target;
  const [gainR, gainG, gainB] = target.gain;
  const [biasR, biasG, biasB] = target.bias;
  let r = target.start[0] + y * rowStep;
  let g = target.start[1] + y * rowStep;
  let b = target.start[2] + y * rowStep;
  for (let k = 0; k < row.length; k += 3) {
    data[r] = (row[k] ?? 0) * gainR + biasR;
    data[g] = (row[k + 1] ?? 0) * gainG + biasG;
    data[b] = (row[k + 2] ?? 0) * gainB + biasB;
    r += pixelStep;
    g += pixelStep;
    b += pixelStep;
  }
}

/** As {@link storeColors} for a one-channel tensor: luma of BT.601, as OpenCV's RGB2GRAY. */
export function storeGray(row: Float32Array, y: number, target: PlaneTarget): void {
  const { data, pixelStep, rowStep } = target;
  const [gain] = target.gain;
  const [bias] = target.bias;
  let to = target.start[0] + y * rowStep;
  for (let k = 0; k < row.length; k += 3, to += pixelStep) {
    data[to] = ((row[k] ?? 0) * 0.299 + (row[k + 1] ?? 0) * 0.587 + (row[k + 2] ?? 0) * 0.114) * gain + bias;
  }
}
