import type { Logger, StaleAnswer } from '@care/registry-core';
import type { ArtifactStore } from '../store/artifact-store.js';

/** As zod's schemas have it. */
export interface AnswerSchema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly message: string } };
}

export interface RememberedOptions<T> {
  readonly store: ArtifactStore;
  /** The registry's name, with its host when that is not always the same. */
  readonly namespace: string;
  /** The reference. */
  readonly key: string;
  /** Of the answer as plain JSON; a record that does not fit is asked for anew. */
  readonly schema: AnswerSchema<T>;
  readonly offline: boolean;
  /** A younger record is the answer with no request; milliseconds, default 0, `Infinity` for what never changes. */
  readonly freshMs?: number;
  /** How long `MODEL_NOT_FOUND` is remembered in this process; milliseconds, default 10,000. */
  readonly negativeMs?: number;
  /** sha256 of the files that the answer is about; default: none. */
  readonly files?: (value: T) => readonly string[];
  /** What is secret must not be in it. */
  ask(signal: AbortSignal | undefined): Promise<T>;
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger;
}

export interface Recalled<T> {
  readonly value: T;
  /** Present when the registry could not be asked and this is what it said before. */
  readonly stale?: StaleAnswer;
}

export interface Memory {
  /**
   * Asks; when that is not possible (`OFFLINE`, `REGISTRY_UNAVAILABLE`, `REGISTRY_TIMEOUT`) gives what was recorded, marked as
   * stale. Every other error is thrown as it is: `MODEL_NOT_FOUND` and `UNAUTHORIZED` are answers.
   */
  recall<T>(request: RememberedOptions<T>): Promise<Recalled<T>>;
}
