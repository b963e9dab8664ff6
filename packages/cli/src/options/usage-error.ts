import { CareError } from '@care/registry-core';

/** The command was used wrongly: exit code 2. */
export function usageError(message: string, remedy: string, cause?: unknown): CareError {
  return new CareError('OPTIONS_INVALID', message, { remedy, cause });
}
