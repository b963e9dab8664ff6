import { reduceColors, reduceGray } from './line-reduction.js';
import type { SamplingTable } from './sampling-table.js';
import type { SourceLines } from './source-lines.js';

/** Resamples row by row with any sampling table. One pass over the rows of a picture, from the first to the last. */
export interface RowSampler {
  /** Begins a new picture. */
  begin(lines: SourceLines): void;
  /**
   * One output row, interleaved, whole grey levels of 0..255: models are trained on pictures that were resized in 8 bits. The array is
   * reused.
   */
  row(index: number): Float32Array;
}

/**
 * Each source line is reduced to the output's width once, kept while output rows need it, and mixed. `wholeLines`: reduced lines are
 * rounded to grey levels, as Pillow, which resizes in two passes over bytes, has them; overshoot is then cut off before the mix.
 */
export function rowSampler(
  x: SamplingTable,
  y: SamplingTable,
  channels: 1 | 3,
  padValue: number,
  wholeLines = false,
): RowSampler {
  const length = x.start.length * channels;
  const kept = Array.from({ length: y.taps }, () => ({ line: -1, values: new Float32Array(length) }));
  const mixed = new Float32Array(length);
  const reduce = channels === 1 ? reduceGray : reduceColors;
  const picksPixels = [x, y].every(({ taps, rest }) => taps === 1 && rest === undefined);
  let lines: SourceLines | undefined;

  /** A line at the output's width; undefined only before `begin`. */
  const reduced = (line: number): Float32Array => {
    // The lines of one output row are consecutive, so their remainders differ.
    const slot = kept[line % y.taps];
    if (slot === undefined || lines === undefined) return mixed;
    if (slot.line !== line) {
      reduce(lines.line(line), x, slot.values);
      if (x.rest !== undefined) addRest(slot.values, x.rest, channels, padValue);
      if (wholeLines) toGreyLevels(slot.values);
      slot.line = line;
    }
    return slot.values;
  };

  return {
    begin(next) {
      lines = next;
      for (const slot of kept) slot.line = -1;
    },
    row(index) {
      const first = y.start[index] ?? 0;
      const weightOf = (tap: number): number => y.weights[index * y.taps + tap] ?? 0;
      const used: number[] = [];
      for (let tap = 0; tap < y.taps; tap++) if (weightOf(tap) !== 0) used.push(tap);
      const [only] = used;
      if (picksPixels && only !== undefined) return reduced(first + only);
      mixed.fill((y.rest?.[index] ?? 0) * padValue);
      for (let k = 0; k < used.length; k += 2) {
        const [a = 0, b = a] = [used[k], used[k + 1]];
        const second = k + 1 < used.length ? weightOf(b) : 0;
        addPair(mixed, reduced(first + a), weightOf(a), reduced(first + b), second);
      }
      toGreyLevels(mixed);
      return mixed;
    },
  };
}

function addPair(sum: Float32Array, a: Float32Array, wa: number, b: Float32Array, wb: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + (a[k] ?? 0) * wa + (b[k] ?? 0) * wb;
}

function addRest(values: Float32Array, rest: Float32Array, channels: number, padValue: number): void {
  for (let k = 0; k < values.length; k++) {
    values[k] = (values[k] ?? 0) + (rest[Math.floor(k / channels)] ?? 0) * padValue;
  }
}

/** Bicubic and Lanczos weights overshoot. */
function toGreyLevels(values: Float32Array): void {
  for (let k = 0; k < values.length; k++) {
    values[k] = (Math.max(0, Math.min(255, values[k] ?? 0)) + 0.5) | 0;
  }
}
