import type { CareErrorCode } from '@care/registry-core';
import { expect } from 'vitest';

/** For `toThrow`: a CareError of this code, recognised by its shape. */
export function coded(code: CareErrorCode, message?: RegExp): Error {
  const matcher: unknown = expect.objectContaining({
    code,
    ...(message === undefined ? {} : { message: expect.stringMatching(message) as unknown }),
  });
  return matcher as Error;
}
