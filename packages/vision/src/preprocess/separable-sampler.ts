import type { SourcePixels } from './bilinear-kernel.js';
import type { SamplingTable } from './sampling-table.js';

/**
 * Resamples row by row with any sampling table: each source row is reduced to the output's width once, kept while output
 * rows need it, and mixed. `emit` gets rows of interleaved red, green, blue, clamped to 0..255; the array is reused.
 */
export function sampleRows(
  source: SourcePixels,
  x: SamplingTable,
  y: SamplingTable,
  emit: (row: Float32Array, index: number) => void,
): void {
  const length = x.start.length * 3;
  const kept = Array.from({ length: y.taps }, () => ({ row: -1, values: new Float32Array(length) }));
  const mixed = new Float32Array(length);
  for (let i = 0; i < y.start.length; i++) {
    mixed.fill(0);
    for (let t = 0; t < y.taps; t++) {
      const weight = y.weights[i * y.taps + t] ?? 0;
      if (weight === 0) continue;
      const row = (y.start[i] ?? 0) + t;
      // The rows of one output row are consecutive, so their remainders differ.
      const slot = kept[row % y.taps];
      if (slot === undefined) continue;
      if (slot.row !== row) {
        reduceRow(source, row, x, slot.values);
        slot.row = row;
      }
      const { values } = slot;
      for (let k = 0; k < length; k++) mixed[k] = (mixed[k] ?? 0) + (values[k] ?? 0) * weight;
    }
    for (let k = 0; k < length; k++) mixed[k] = Math.max(0, Math.min(255, mixed[k] ?? 0));
    emit(mixed, i);
  }
}

function reduceRow(source: SourcePixels, row: number, x: SamplingTable, values: Float32Array): void {
  const { data, stride } = source;
  const { channels, red, green, blue } = source.layout;
  const { taps, start, weights } = x;
  for (let i = 0, to = 0; i < start.length; i++, to += 3) {
    let from = row * stride + (start[i] ?? 0) * channels;
    let r = 0;
    let g = 0;
    let b = 0;
    for (let t = 0; t < taps; t++, from += channels) {
      const weight = weights[i * taps + t] ?? 0;
      r += (data[from + red] ?? 0) * weight;
      g += (data[from + green] ?? 0) * weight;
      b += (data[from + blue] ?? 0) * weight;
    }
    values[to] = r;
    values[to + 1] = g;
    values[to + 2] = b;
  }
}
