import type { PostprocessSettings } from '../../postprocess-settings.js';

/**
 * Walks rows of [x, y, w, h, objectness, class scores...] and reports those whose objectness x class reaches the threshold:
 * the best class of each row, or every class when multi-label.
 */
export function forObjectnessRows(
  data: Float32Array,
  rows: number,
  channels: number,
  classes: number,
  { confidence, multiLabel }: PostprocessSettings,
  found: (row: number, score: number, classId: number) => void,
): void {
  for (let i = 0; i < rows; i++) {
    const at = i * channels;
    const objectness = data[at + 4] ?? 0;
    // Class scores are at most 1, so most rows end here.
    if (!(objectness >= confidence)) continue;
    let best = -1;
    let bestClass = 0;
    for (let c = 0; c < classes; c++) {
      const score = objectness * (data[at + 5 + c] ?? 0);
      if (!(score >= confidence)) continue;
      if (multiLabel) found(i, score, c);
      else if (score > best) {
        best = score;
        bestClass = c;
      }
    }
    if (best >= 0) found(i, best, bestClass);
  }
}
