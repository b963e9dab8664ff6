export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** To a microsecond, where the unit is a millisecond. */
export function rounded(value) {
  return Math.round(value * 1000) / 1000;
}
