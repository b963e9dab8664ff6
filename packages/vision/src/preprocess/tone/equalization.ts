/** Curve of OpenCV's `equalizeHist`: the darkest level becomes 0, a picture of one level keeps it. */
export function equalizationCurve(histogram: Uint32Array): Uint8Array {
  const curve = new Uint8ClampedArray(256);
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const darkest = Math.max(
    0,
    histogram.findIndex((count) => count > 0),
  );
  const first = histogram[darkest] ?? 0;
  if (first === total) return new Uint8Array(256).fill(darkest);
  const scale = Math.fround(255 / Math.fround(total - first));
  let sum = 0;
  for (let level = darkest + 1; level < 256; level++) {
    sum += histogram[level] ?? 0;
    curve[level] = Math.fround(sum * scale);
  }
  return new Uint8Array(curve.buffer);
}

/**
 * Curve of scikit-image's `equalize_hist` of a picture of 0..1 floats, brought back to bytes (fractions cut off): the cumulative
 * share of 256 bins between the darkest and the brightest level, linear between their centres.
 */
export function cumulativeCurve(histogram: Uint32Array): Uint8Array {
  const levels = Array.from(histogram, (count, level) => ({ count, value: Math.fround(level / 255) }));
  const used = levels.filter(({ count }) => count > 0);
  const lowest = used[0]?.value ?? 0;
  const highest = used.at(-1)?.value ?? 0;
  // numpy widens a range without extent by a half to each side.
  const [from, to] = lowest === highest ? [lowest - 0.5, highest + 0.5] : [lowest, highest];
  const width = (to - from) / 256;
  const bins = new Float64Array(256);
  for (const { count, value } of used) {
    const bin = Math.min(255, Math.floor((value - from) / width));
    bins[bin] = (bins[bin] ?? 0) + count;
  }
  const total = used.reduce((sum, { count }) => sum + count, 0);
  let passed = 0;
  const shares = bins.map((count) => (passed += count) / total);
  return Uint8Array.from(levels, ({ value }) => {
    const place = Math.max(0, Math.min(255, (value - from) / width - 0.5));
    const floor = Math.floor(place);
    const below = shares[floor] ?? 0;
    const above = shares[Math.min(255, floor + 1)] ?? 0;
    return Math.floor(Math.fround(below + (above - below) * (place - floor)) * 255);
  });
}
