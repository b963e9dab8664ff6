const LOW = 0.02;
const HIGH = 0.98;

/**
 * Curve that brings the 2nd percentile to 0 and the 98th to 255: numpy's `percentile` (linear between order statistics) and
 * scikit-image's `rescale_intensity` of bytes, which cuts fractions off. A picture of one level keeps it.
 */
export function stretchingCurve(histogram: Uint32Array): Uint8Array {
  const low = percentile(histogram, LOW);
  const high = percentile(histogram, HIGH);
  return Uint8Array.from({ length: 256 }, (_, level) => {
    if (low === high) return level;
    const inside = Math.max(low, Math.min(high, level));
    return Math.floor(((inside - low) / (high - low)) * 255);
  });
}

function percentile(histogram: Uint32Array, fraction: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const index = fraction * (total - 1);
  const floor = Math.floor(index);
  const below = levelAt(histogram, floor);
  const above = levelAt(histogram, Math.min(total - 1, floor + 1));
  return below + (above - below) * (index - floor);
}

/** The level at a 0-based place of all values in rising order. */
function levelAt(histogram: Uint32Array, place: number): number {
  let passed = 0;
  for (let level = 0; level < 256; level++) {
    passed += histogram[level] ?? 0;
    if (passed > place) return level;
  }
  return 255;
}
