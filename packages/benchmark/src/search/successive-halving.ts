import { CareError } from '@care/registry-core';

/** What is searched. */
export interface Arena<Candidate> {
  /** Gives each of the candidates this many more turns, round by round: each has its turn before any has its next. */
  measure(candidates: readonly Candidate[], turns: number): Promise<void>;
  /** Milliseconds that a turn of this candidate takes, from what has been measured. */
  turnMs(candidate: Candidate): number;
  /** The best first, by what is known up to now. */
  rank(candidates: readonly Candidate[]): readonly Candidate[];
}

export interface HalvingOptions {
  /** Turns of each candidate if all were measured to the end. */
  readonly fullTurns: number;
  /** One in how many stays after each rung; default 2. */
  readonly keepOneIn?: number;
  /** Of the time that measuring all of them to the end would take; default 0.22: turns vary, and it is to stay below a quarter. */
  readonly timeShare?: number;
  /** Candidates that are left at the end; default 1. */
  readonly finalists?: number;
  readonly signal?: AbortSignal;
}

export interface HalvingOutcome<Candidate> {
  /** The best first. */
  readonly finalists: readonly Candidate[];
  /** Those that were given up, the last first. */
  readonly eliminated: readonly Candidate[];
  /** Turns that each candidate had. */
  readonly turns: ReadonlyMap<Candidate, number>;
}

/**
 * Looks for the best of many candidates in a part of the time (successive halving: Jamieson & Talwalkar, "Non-stochastic Best Arm
 * Identification and Hyperparameter Optimization", AISTATS 2016): all get a few turns, the better half gets more, and so on. Each rung
 * may take an equal part of the time. Ends early, with what is best up to then, when the signal is aborted.
 * @throws CareError OPTIONS_INVALID
 */
export async function successiveHalving<Candidate>(
  candidates: readonly Candidate[],
  arena: Arena<Candidate>,
  options: HalvingOptions,
): Promise<HalvingOutcome<Candidate>> {
  const { fullTurns, keepOneIn = 2, timeShare = 0.22, finalists = 1, signal } = options;
  check(options);
  const turns = new Map(candidates.map((candidate) => [candidate, 0]));
  const eliminated: Candidate[] = [];
  let left = [...candidates];
  let spentMs = 0;
  const sizes = rungSizes(candidates.length, keepOneIn, finalists);
  for (const [rung, size] of sizes.entries()) {
    if (signal?.aborted === true) break;
    left = left.slice(0, size);
    const had = turns.get(left[0] as Candidate) ?? 0;
    const share =
      rung === 0
        ? (timeShare * fullTurns) / sizes.length
        : (totalMs() * timeShare - spentMs) /
          (sizes.length - rung) /
          sum(left.map((one) => arena.turnMs(one)));
    const more = Math.min(fullTurns - had, Math.floor(share));
    const granted = rung === 0 ? Math.max(1, more) : more;
    if (granted > 0) {
      await arena.measure(left, granted);
      for (const one of left) turns.set(one, had + granted);
      spentMs += granted * sum(left.map((one) => arena.turnMs(one)));
    }
    left = [...arena.rank(left)];
    const next = sizes[rung + 1];
    if (next !== undefined) eliminated.unshift(...left.slice(next));
  }
  return { finalists: left, eliminated, turns };

  function totalMs(): number {
    return fullTurns * sum(candidates.map((one) => arena.turnMs(one)));
  }
}

/** How many have turns in each rung. */
function rungSizes(count: number, keepOneIn: number, finalists: number): number[] {
  const sizes = [count];
  for (let size = count; size > finalists;) {
    size = Math.max(finalists, Math.ceil(size / keepOneIn));
    sizes.push(size);
  }
  return sizes;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function check({ fullTurns, keepOneIn = 2, timeShare = 0.22, finalists = 1 }: HalvingOptions): void {
  const wrong = !(fullTurns >= 1)
    ? 'fullTurns'
    : !(keepOneIn > 1)
      ? 'keepOneIn'
      : !(timeShare > 0)
        ? 'timeShare'
        : undefined;
  if (wrong === undefined && finalists >= 1) return;
  throw new CareError('OPTIONS_INVALID', `halving option ${wrong ?? 'finalists'} is out of its range`);
}
