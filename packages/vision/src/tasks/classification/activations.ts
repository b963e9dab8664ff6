/** Writes the softmax of `logits` into `into`; shifted by the largest, so that no exponential overflows. At least one must be finite. */
export function softmax(logits: Float32Array, into: Float64Array): void {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const exponential = Math.exp((logits[i] ?? 0) - largest);
    into[i] = exponential;
    sum += exponential;
  }
  for (let i = 0; i < logits.length; i++) into[i] = (into[i] ?? 0) / sum;
}

/** The logistic function, by the branch whose exponential is at most 1. */
export function sigmoid(logit: number): number {
  if (logit >= 0) return 1 / (1 + Math.exp(-logit));
  const exponential = Math.exp(logit);
  return exponential / (1 + exponential);
}
