import type { PendingRequest } from './pending-request.js';

/**
 * Requests that wait for a worker, first come, first served, at most `limit`. Patient ones (of a batch) wait outside
 * until there is room, so that a long array is no overload.
 */
export class RequestQueue {
  readonly limit: number;
  readonly #waiting: PendingRequest[] = [];
  readonly #patient: PendingRequest[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#patient.length === 0;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.limit;
  }

  push(request: PendingRequest): void {
    this.#waiting.push(request);
  }

  pushPatient(request: PendingRequest): void {
    this.#patient.push(request);
    this.#fill();
  }

  /** The next to run; undefined when none waits. */
  shift(): PendingRequest | undefined {
    const next = this.#waiting.shift() ?? this.#patient.shift();
    this.#fill();
    return next;
  }

  remove(request: PendingRequest): void {
    for (const list of [this.#waiting, this.#patient]) {
      const index = list.indexOf(request);
      if (index >= 0) list.splice(index, 1);
    }
    this.#fill();
  }

  /** All of them, taken out. */
  drain(): PendingRequest[] {
    return [...this.#waiting.splice(0), ...this.#patient.splice(0)];
  }

  #fill(): void {
    while (!this.isFull) {
      const next = this.#patient.shift();
      if (next === undefined) return;
      this.#waiting.push(next);
    }
  }
}
