/** Index of the greatest finite number of `data[from .. from + count)`, counted from `from`; the first of equals; -1: none. */
export function strongest(data: Float32Array, from: number, count: number): number {
  let best = -1;
  let value = -Infinity;
  for (let i = 0; i < count; i++) {
    const candidate = data[from + i] ?? NaN;
    // NaN compares false; infinities are no peaks.
    if (candidate > value && candidate < Infinity) {
      value = candidate;
      best = i;
    }
  }
  return best;
}
