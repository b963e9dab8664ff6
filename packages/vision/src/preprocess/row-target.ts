/** Where and how one row is written: channel c of pixel x goes to `start[c] + x * pixelStep`, as value * gain + bias. */
export interface RowTarget {
  readonly data: Float32Array;
  /** For red, green and blue, as `gain` and `bias`; moves from row to row. */
  readonly start: [red: number, green: number, blue: number];
  readonly pixelStep: number;
  readonly gain: readonly [number, number, number];
  readonly bias: readonly [number, number, number];
}

/** Stores one row of interleaved red, green, blue (0..255), normalised. */
export function storeColors(row: Float32Array, target: RowTarget): void {
  const { data, pixelStep } = target;
  const [gainR, gainG, gainB] = target.gain;
  const [biasR, biasG, biasB] = target.bias;
  let [r, g, b] = target.start;
  for (let k = 0; k < row.length; k += 3) {
    data[r] = (row[k] ?? 0) * gainR + biasR;
    data[g] = (row[k + 1] ?? 0) * gainG + biasG;
    data[b] = (row[k + 2] ?? 0) * gainB + biasB;
    r += pixelStep;
    g += pixelStep;
    b += pixelStep;
  }
}

/** Stores one row of grey levels in each of the tensor's channels (1 or 3), normalised. */
export function storeGray(row: Float32Array, channels: number, target: RowTarget): void {
  const { data, pixelStep } = target;
  for (let channel = 0; channel < channels; channel++) {
    const gain = target.gain[channel] ?? 1;
    const bias = target.bias[channel] ?? 0;
    let to = target.start[channel] ?? 0;
    for (let k = 0; k < row.length; k++, to += pixelStep) data[to] = (row[k] ?? 0) * gain + bias;
  }
}
