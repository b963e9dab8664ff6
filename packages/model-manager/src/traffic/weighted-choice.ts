import { createHash } from 'node:crypto';

/** Something with a share of the traffic; `id` is what keys are hashed with, so it must stay the same from plan to plan. */
export interface Weighted {
  readonly id: string;
  /** > 0; shares are weight / sum of weights. */
  readonly weight: number;
}

/**
 * The arm of a key by weighted rendezvous hashing: each arm draws from the hash of (key, id) and its weight, the best draw wins. The
 * same key always gets the same arm, shares follow the weights, and a change of weights moves only the keys whose share moved
 * (for 90/10 -> 80/20: 10 %). Source: Mosko et al., "Weighted Distributed Hash Tables" (2005): score = -weight / ln(u).
 */
export function chooseByKey<Arm extends Weighted>(arms: readonly Arm[], key: string): Arm | undefined {
  let best: Arm | undefined;
  let bestScore = -Infinity;
  for (const arm of arms) {
    if (!(arm.weight > 0)) continue;
    const score = -arm.weight / Math.log(uniform(key, arm.id));
    if (score > bestScore || best === undefined) {
      best = arm;
      bestScore = score;
    }
  }
  return best;
}

/** The arm of a request without a key. @param random 0 <= random < 1 */
export function chooseAtRandom<Arm extends Weighted>(arms: readonly Arm[], random: number): Arm | undefined {
  const sum = arms.reduce((total, { weight }) => total + Math.max(0, weight), 0);
  let rest = random * sum;
  let last: Arm | undefined;
  for (const arm of arms) {
    if (!(arm.weight > 0)) continue;
    last = arm;
    rest -= arm.weight;
    if (rest < 0) return arm;
  }
  return last;
}

/** 0 < u < 1, evenly spread over (key, id). */
function uniform(key: string, id: string): number {
  const digest = createHash('sha256').update(id).update('\0').update(key).digest();
  // 53 bits, moved off zero so that the logarithm is finite.
  return (digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) >> 3) + 0.5) / 2 ** 53;
}
