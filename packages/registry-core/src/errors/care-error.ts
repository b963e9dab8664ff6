import type { JsonObject } from '../json.js';
import { ERROR_CODES, type CareErrorCode } from './error-codes.js';

/** Present on every CareError of every installed copy of the core, so that `instanceof` is never needed. */
const BRAND = Symbol.for('care.error');

export interface CareErrorOptions {
  /** What to do next; the code's own remedy when absent. */
  readonly remedy?: string;
  /** Machine-readable facts: file, field, registry, limits... Never secrets. */
  readonly details?: JsonObject;
  readonly cause?: unknown;
}

/** The one error type of CARE: what happened and where (`message`), what to do (`remedy`), and a stable `code`. */
export class CareError extends Error {
  override readonly name = 'CareError';
  readonly code: CareErrorCode;
  readonly remedy: string;
  readonly details: JsonObject;

  constructor(code: CareErrorCode, message: string, options: CareErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy ?? ERROR_CODES[code];
    this.details = options.details ?? {};
    Object.defineProperty(this, BRAND, { value: true, enumerable: false });
  }
}

/** Recognises a CareError of any copy of the core, optionally with one of the given codes. */
export function isCareError(value: unknown, ...codes: readonly CareErrorCode[]): value is CareError {
  if (typeof value !== 'object' || value === null || !(BRAND in value) || !('code' in value)) return false;
  const code = value.code;
  return codes.length === 0 || codes.some((known) => known === code);
}
