import { errorMessage } from '@care/registry-core';

const MAX_DEPTH = 6;

/**
 * A copy of a thrown value and its causes that keeps name, message and code and nothing else: what libraries throw may carry
 * requests with their headers. Texts pass through `redact`.
 */
export function cleanCause(thrown: unknown, redact: (text: string) => string, depth = 0): Error | undefined {
  if (depth >= MAX_DEPTH || thrown === undefined || thrown === null) return undefined;
  if (!(thrown instanceof Error)) return new Error(redact(errorMessage(thrown)));
  const cause = cleanCause(thrown.cause, redact, depth + 1);
  const clean = new Error(redact(thrown.message), cause === undefined ? undefined : { cause });
  clean.name = thrown.name;
  // Where it was thrown inside a library tells the reader nothing, and a stack repeats the message.
  clean.stack = `${clean.name}: ${clean.message}`;
  const code = errorCode(thrown);
  if (code !== undefined) Object.assign(clean, { code });
  return clean;
}

/** The `code` of an error as Node and undici set it. */
export function errorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
