import { CareError, errorMessage, isCareError } from '@care/registry-core';
import { errorCode } from '../secrets/clean-cause.js';

/** A failed file operation as `STORAGE_FULL` or `OUTPUT_FAILED`; a CareError stays what it is. */
export function storageFailure(error: unknown, path: string, doing: 'read' | 'write' = 'write'): CareError {
  if (isCareError(error)) return error;
  const code = errorCode(error);
  const details = { path, ...(code === undefined ? {} : { reason: code }) };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const what = code === 'EDQUOT' ? 'the quota of the account is used up' : 'the disk is full';
    return new CareError('STORAGE_FULL', `cannot ${doing} ${path}: ${what}`, { details, cause: error });
  }
  return new CareError('OUTPUT_FAILED', `cannot ${doing} ${path}: ${errorMessage(error)}`, {
    details,
    cause: error,
  });
}
