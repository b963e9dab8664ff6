/** Lanczos' approximation (g = 7, 9 terms), good to about 15 digits for x >= 0.5. */
const LANCZOS = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];

/** Natural logarithm of (n choose k). */
function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

function logGamma(x: number): number {
  const shifted = x - 1;
  const t = shifted + 7.5;
  const sum = LANCZOS.reduce(
    (total, term, index) => total + (index === 0 ? term : term / (shifted + index)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Probability of exactly `k` successes in `n` trials of probability `p`, 0 < p < 1. */
function binomialMass(k: number, n: number, p: number): number {
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** Probability of at most `k` successes in `n` trials of probability `p`, 0 < p < 1. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k >= n) return 1;
  let sum = 0;
  for (let successes = 0; successes <= k; successes++) sum += binomialMass(successes, n, p);
  return Math.min(1, sum);
}

/**
 * The least `k` of 0..n for which P(at most k successes) reaches `probability`.
 */
export function binomialQuantile(probability: number, n: number, p: number): number {
  let sum = 0;
  for (let successes = 0; successes < n; successes++) {
    sum += binomialMass(successes, n, p);
    if (sum >= probability) return successes;
  }
  return n;
}
