import { expect } from 'vitest';
import type { CareErrorCode } from './errors/error-codes.js';

/** A text that matches; a bare RegExp in `toMatchObject` would match everything. */
export function text(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}

/** A CareError with this code, and message and details like these. */
export function coded(code: CareErrorCode, message?: RegExp, details?: object): Error {
  return expect.objectContaining({
    code,
    ...(message === undefined ? {} : { message: text(message) }),
    ...(details === undefined ? {} : { details: expect.objectContaining(details) as object }),
  }) as Error;
}
