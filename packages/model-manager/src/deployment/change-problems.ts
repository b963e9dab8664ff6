import type { SerializedError } from '@care/registry-core';

/** Why changes of a model were not taken. */
export class ChangeProblems {
  #last: SerializedError | undefined;
  /** What a registry cannot read, by version, until it changes. */
  readonly #unreadable = new Map<string | null, SerializedError>();

  /** Of the last change, until one is taken; otherwise of what still cannot be read. */
  get current(): SerializedError | undefined {
    return this.#last ?? [...this.#unreadable.values()].at(-1);
  }

  taken(): void {
    this.#last = undefined;
  }

  refused(problem: SerializedError): void {
    this.#last = problem;
  }

  unreadable(version: string | null, problem: SerializedError): void {
    this.#unreadable.set(version, problem);
  }

  readable(version: string | null): void {
    this.#unreadable.delete(version);
  }

  ofUnreadable(version: string | null): SerializedError | undefined {
    return this.#unreadable.get(version);
  }
}
