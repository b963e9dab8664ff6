import { CareError, isCareError } from '../errors/care-error.js';
import { errorMessage } from '../errors/error-transfer.js';

export const DEFAULT_TIMEOUT_MS = 30_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface RegistryCall<T> {
  readonly registry: string;
  /** For messages: `resolve "yolo"`. */
  readonly action: string;
  /** Milliseconds; Infinity for none. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly call: (signal: AbortSignal) => T | PromiseLike<T>;
}

/**
 * Calls a registry and settles in time whatever it does: its own signal is aborted on timeout and on the caller's
 * abort, a late answer or failure is ignored, and what is thrown is always a CareError.
 * @throws CareError ABORTED, REGISTRY_TIMEOUT, REGISTRY_UNAVAILABLE (anything else was thrown), or what the registry threw
 */
export function callRegistry<T>(request: RegistryCall<T>): Promise<T> {
  const { registry, action, timeoutMs, signal, call } = request;
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const timer = Number.isFinite(timeoutMs)
      ? setTimeout(
          () => stop(timeoutError(registry, action, timeoutMs)),
          Math.min(timeoutMs, LONGEST_TIMER_MS),
        )
      : undefined;
    const onAbort = (): void => stop(abortError(action, signal?.reason));
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const stop = (error: CareError): void => {
      settle();
      reject(error);
      controller.abort(error);
    };
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    // Both outcomes are handled here, so an answer after `stop` ends in a settled promise and nowhere else.
    const run = async (): Promise<T> => call(controller.signal);
    run().then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(asRegistryError(error, registry, action));
      },
    );
  });
}

export function abortError(action: string, reason: unknown): CareError {
  return new CareError('ABORTED', `The caller cancelled: ${action}.`, { cause: reason });
}

function timeoutError(registry: string, action: string, timeoutMs: number): CareError {
  return new CareError(
    'REGISTRY_TIMEOUT',
    `Registry "${registry}" did not answer within ${timeoutMs} ms: ${action}.`,
    {
      remedy: `Raise the timeout of registry "${registry}" or check its connection.`,
      details: { registry, timeoutMs },
    },
  );
}

function asRegistryError(error: unknown, registry: string, action: string): CareError {
  // ABORTED is the caller's word alone: from a registry that nobody cancelled it is a failure like any other.
  if (isCareError(error) && error.code !== 'ABORTED') return error;
  const message = `Registry "${registry}" failed: ${action}: ${errorMessage(error).slice(0, 500)}`;
  return new CareError('REGISTRY_UNAVAILABLE', message, { details: { registry }, cause: error });
}
