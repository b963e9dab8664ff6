import type { CareError } from '@care/registry-core';

/** "There is no such model", for seconds: a host that asks in a loop asks the registry once, a model that is made soon is found. */
export class NegativeAnswers {
  readonly #answers = new Map<string, { readonly error: CareError; readonly until: number }>();

  remember(id: string, error: CareError, ms: number): void {
    for (const [known, { until }] of this.#answers)
      if (until <= performance.now()) this.#answers.delete(known);
    if (ms > 0) this.#answers.set(id, { error, until: performance.now() + ms });
  }

  recall(id: string): CareError | undefined {
    const answer = this.#answers.get(id);
    return answer !== undefined && answer.until > performance.now() ? answer.error : undefined;
  }
}
