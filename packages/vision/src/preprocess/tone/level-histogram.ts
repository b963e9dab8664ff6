import { sourceLines } from '../source-lines.js';
import type { SourcePixels } from '../source-pixels.js';
import type { Tone } from './tone.js';

/** How often each level occurs in a picture after `tone`: of the grey levels, or of the values of all three colours together. */
export function levelHistogram(source: SourcePixels, tone: Tone): Uint32Array {
  const counts = new Uint32Array(256);
  const { width, height } = source;
  const lines = sourceLines(source, tone, 0, width);
  for (let y = 0; y < height; y++) {
    const { data, at, layout } = lines.line(y);
    const { channels, red, green, blue } = layout;
    for (let x = 0, from = at; x < width; x++, from += channels) {
      count(counts, data[from + red] ?? 0);
      if (tone.gray) continue;
      count(counts, data[from + green] ?? 0);
      count(counts, data[from + blue] ?? 0);
    }
  }
  return counts;
}

function count(counts: Uint32Array, level: number): void {
  counts[level] = (counts[level] ?? 0) + 1;
}
