import type { SamplingTable } from './sampling-table.js';
import type { SourceLine } from './source-lines.js';

/** Reduces a line of colours to interleaved red, green, blue of the output's width. */
export function reduceColors(line: SourceLine, x: SamplingTable, values: Float32Array): void {
  const { data, at } = line;
  const { channels, red, green, blue } = line.layout;
  const { taps, start, weights } = x;
  for (let i = 0, to = 0, w = 0; i < start.length; i++, to += 3) {
    let from = at + (start[i] ?? 0) * channels;
    let r = 0;
    let g = 0;
    let b = 0;
    for (let t = 0; t < taps; t++, w++, from += channels) {
      const weight = weights[w] ?? 0;
      r += (data[from + red] ?? 0) * weight;
      g += (data[from + green] ?? 0) * weight;
      b += (data[from + blue] ?? 0) * weight;
    }
    values[to] = r;
    values[to + 1] = g;
    values[to + 2] = b;
  }
}

/** Reduces a line of grey levels to the output's width. */
export function reduceGray(line: SourceLine, x: SamplingTable, values: Float32Array): void {
  const { data, at } = line;
  const { taps, start, weights } = x;
  for (let i = 0, w = 0; i < start.length; i++) {
    const from = at + (start[i] ?? 0);
    let sum = 0;
    for (let t = 0; t < taps; t++, w++) sum += (data[from + t] ?? 0) * (weights[w] ?? 0);
    values[i] = sum;
  }
}
