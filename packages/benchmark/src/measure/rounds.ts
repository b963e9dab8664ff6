import { runsNeeded } from '../statistics/early-stopping.js';
import type { StopReason, StopRule } from '../statistics/stop-rule.js';
import { callInLanes, type CallTimes, type Clock, type Contestant } from './contestant.js';
import type { Recording } from './recording.js';

export interface RoundsOptions {
  readonly rule: StopRule;
  /** By `now`; what is not settled then ends with `budget`. */
  readonly deadline: number;
  /** Rounds at most; no bound when absent. A contestant that has had them is not ended by it. */
  readonly rounds?: number;
  /** False: settled ones go on as well, for a fixed number of rounds. Default true. */
  readonly endSettled?: boolean;
  /** Milliseconds of calls in one turn; at least one call for each in flight. Default 60. */
  readonly turnMs?: number;
  readonly signal?: AbortSignal;
  readonly now: Clock;
  /** Before each round. */
  readonly onRound?: (round: number, leftMs: number, settled: number) => void;
}

const MAX_CALLS_OF_A_LANE = 20;

/**
 * Measures in rounds: each contestant has one turn in each (A B C A B C ...), and each round begins with the next one, so that whatever
 * changes on the machine meanwhile hurts all alike and none always follows the same. A contestant ends when enough is known of it, or when a
 * call of it fails; the others go on.
 * @param first number of the first round: goes on where an earlier call ended
 * @returns the number of the next round
 */
export async function measureRounds(
  contestants: ReadonlyMap<Contestant, Recording>,
  options: RoundsOptions,
  first = 0,
): Promise<number> {
  const { rule, deadline, rounds = Infinity, endSettled = true, signal, now, onRound } = options;
  let round = first;
  for (; round - first < rounds; round++) {
    const open = [...contestants].filter(([, { stop }]) => stop === undefined);
    if (open.length === 0) break;
    onRound?.(round, timeLeft(open, options), contestants.size - open.length);
    const from = round % open.length;
    for (const [contestant, recording] of [...open.slice(from), ...open.slice(0, from)]) {
      const ended = endReason(signal, now, deadline);
      if (ended !== undefined) {
        for (const [, left] of open) left.stop ??= ended;
        return round + 1;
      }
      try {
        await takeTurn(contestant, recording, round, options);
      } catch (error) {
        recording.stop = 'failed';
        recording.failure = error;
        continue;
      }
      if (endSettled && recording.isSettled(rule)) recording.stop = 'converged';
    }
  }
  return round;
}

function endReason(signal: AbortSignal | undefined, now: Clock, deadline: number): StopReason | undefined {
  if (signal?.aborted === true) return 'interrupted';
  return now() >= deadline ? 'budget' : undefined;
}

async function takeTurn(
  contestant: Contestant,
  recording: Recording,
  round: number,
  { turnMs = 60, now }: RoundsOptions,
): Promise<void> {
  const { inFlight } = contestant;
  const usual = recording.usualMs;
  const ofALane = Number.isFinite(usual) ? Math.round(turnMs / usual) : 1;
  const wanted = inFlight * Math.min(MAX_CALLS_OF_A_LANE, Math.max(1, ofALane));
  const calls: CallTimes[] = [];
  const begun = now();
  await callInLanes(
    contestant,
    inFlight,
    (count) => count < wanted,
    (times) => calls.push(times),
  );
  recording.addTurn(round, calls, now() - begun);
}

/**
 * Milliseconds until all are likely to be settled: an interval narrows with the root of the number of turns. Never more than up to the
 * deadline.
 */
function timeLeft(
  open: readonly (readonly [Contestant, Recording])[],
  { rule, deadline, now }: RoundsOptions,
): number {
  const untilDeadline = Math.max(0, deadline - now());
  const needed = open.map(([, recording]) => {
    const turns = recording.taken.length;
    if (turns < 2) return Infinity;
    const runs = recording.endToEnd.length;
    const runsWanted = Math.max(0, ...rule.percentiles.map((percentile) => runsNeeded(percentile)));
    const byRuns = (turns * Math.max(0, runsWanted - runs)) / runs;
    const byPrecision = turns * Math.max(0, (recording.precision / rule.precision) ** 2 - 1);
    return Math.max(byRuns, byPrecision, 1) * recording.usualTurnMs;
  });
  return Math.min(
    untilDeadline,
    needed.reduce((total, ms) => total + ms, 0),
  );
}
