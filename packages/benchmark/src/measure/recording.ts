import { median, rising } from '../statistics/order-statistics.js';
import { isSettled, medianPrecision, type StopReason, type StopRule } from '../statistics/stop-rule.js';
import type { CallTimes } from './contestant.js';

/** All that was measured of one contestant in the rounds. Nothing is ever left out. */
export class Recording {
  readonly endToEnd: number[] = [];
  readonly inference: number[] = [];
  /** By round: median of the calls of its turn; null where it had none. */
  readonly turns: (number | null)[] = [];
  /** By round: milliseconds that its turn took; null where it had none. */
  readonly turnMs: (number | null)[] = [];
  /** By round: calls of its turn; null where it had none. */
  readonly turnCalls: (number | null)[] = [];
  stop: StopReason | 'failed' | undefined;
  /** Why it failed. */
  failure: unknown;

  addTurn(round: number, calls: readonly CallTimes[], tookMs: number): void {
    while (this.turns.length < round) this.#skip();
    for (const { endToEnd, inference } of calls) {
      this.endToEnd.push(endToEnd);
      this.inference.push(inference);
    }
    this.turns.push(median(calls.map(({ endToEnd }) => endToEnd)));
    this.turnMs.push(tookMs);
    this.turnCalls.push(calls.length);
  }

  #skip(): void {
    this.turns.push(null);
    this.turnMs.push(null);
    this.turnCalls.push(null);
  }

  get taken(): number[] {
    return this.turns.filter((turn) => turn !== null);
  }

  /** Milliseconds of a turn, in the middle. */
  get usualTurnMs(): number {
    return median(this.turnMs.filter((turn) => turn !== null));
  }

  get usualMs(): number {
    return median(rising(this.endToEnd));
  }

  get precision(): number {
    return medianPrecision(this.taken);
  }

  isSettled(rule: StopRule): boolean {
    return isSettled({ turns: this.taken, runs: this.endToEnd.length }, rule);
  }
}
