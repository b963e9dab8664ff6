/** A figure with the bounds between which its true value lies with 95 % confidence. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Normal quantile of 97.5 %. */
const Z = 1.959_963_984_540_054;

/** A share of `count` in `of` with Wilson's score interval (Wilson 1927). Undefined without observations. */
export function shareEstimate(count: number, of: number): Estimate | undefined {
  if (of === 0) return undefined;
  const value = count / of;
  const z2 = Z * Z;
  const centre = (value + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z / (1 + z2 / of)) * Math.sqrt((value * (1 - value)) / of + z2 / (4 * of * of));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** A mean with its normal interval, from the sums of values and of their squares. Undefined without observations. */
export function meanEstimate(count: number, sum: number, sumOfSquares: number): Estimate | undefined {
  if (count === 0) return undefined;
  const value = sum / count;
  if (count === 1) return { value, low: -Infinity, high: Infinity };
  const variance = Math.max(0, (sumOfSquares - count * value * value) / (count - 1));
  const half = Z * Math.sqrt(variance / count);
  return { value, low: value - half, high: value + half };
}

/**
 * A quantile of sorted values (nearest rank) with the order statistics that enclose it (normal approximation of the binomial
 * rank, David & Nagaraja, "Order Statistics", 7.1). A bound that the sample cannot carry is infinite. Undefined without values.
 */
export function quantileEstimate(sorted: ArrayLike<number>, quantile: number): Estimate | undefined {
  const n = sorted.length;
  if (n === 0) return undefined;
  const rank = Math.max(1, Math.ceil(quantile * n));
  const spread = Z * Math.sqrt(n * quantile * (1 - quantile));
  const low = Math.floor(n * quantile - spread);
  const high = Math.ceil(n * quantile + spread) + 1;
  return {
    value: sorted[rank - 1] ?? NaN,
    low: low < 1 ? -Infinity : (sorted[low - 1] ?? -Infinity),
    high: high > n ? Infinity : (sorted[high - 1] ?? Infinity),
  };
}
