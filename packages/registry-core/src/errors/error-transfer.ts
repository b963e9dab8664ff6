import type { JsonObject } from '../json.js';
import { CareError, isCareError } from './care-error.js';
import { ERROR_CODES, type CareErrorCode } from './error-codes.js';

/** A CareError as plain data, for worker messages, IPC and `--json` output. */
export interface SerializedError {
  readonly code: CareErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly details: JsonObject;
  /** Messages of the causes, outermost first. */
  readonly causes: readonly string[];
}

const MAX_CAUSES = 8;

/** Any thrown value as plain data; what is not a CareError gets `fallback` as its code. */
export function serializeError(error: unknown, fallback: CareErrorCode): SerializedError {
  const causes: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && cause !== null && causes.length < MAX_CAUSES) {
    causes.push(errorMessage(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  if (isCareError(error)) {
    const { code, message, remedy, details } = error;
    return { code, message, remedy, details, causes };
  }
  return { code: fallback, message: errorMessage(error), remedy: ERROR_CODES[fallback], details: {}, causes };
}

/** The message of any thrown value; never throws itself. */
export function errorMessage(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  if ('message' in thrown && typeof thrown.message === 'string') return thrown.message;
  return `a thrown ${Array.isArray(thrown) ? 'array' : 'object'} without a message`;
}

/** The inverse of {@link serializeError}; the causes come back as a chain of plain errors. */
export function deserializeError(data: SerializedError): CareError {
  const cause = data.causes.reduceRight<Error | undefined>(
    (inner, message) => new Error(message, inner === undefined ? undefined : { cause: inner }),
    undefined,
  );
  const { remedy, details } = data;
  return new CareError(data.code, data.message, {
    remedy,
    details,
    ...(cause === undefined ? {} : { cause }),
  });
}
