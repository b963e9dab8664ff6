import { CareError, errorMessage, isCareError, type CareErrorCode } from '@care/registry-core';
import { abortedError } from '../abort.js';
import { cleanCause, errorCode } from '../secrets/clean-cause.js';
import { redactUrl } from '../secrets/redact-url.js';

const TIMEOUTS = new Set(['ETIMEDOUT', 'CONNECT_TIMEOUT', 'HEAD_TIMEOUT', 'BODY_TIMEOUT']);

/** A certificate that is not trusted, or a proxy that refuses, does so the next time as well. */
const LASTING = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|ERR_SSL_|PROXY_4|ENCODING_UNKNOWN)/;

/** There is no way to the host now: a small request says so at once. */
const NO_ROUTE = new Set(['ENOTFOUND', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);

interface FailureContext {
  readonly url: string;
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal | undefined;
}

/** What the connection threw, as a CareError that holds no request. `details.reason` is the code of the innermost cause. */
export function networkFailure(thrown: unknown, context: FailureContext): CareError {
  if (isCareError(thrown)) return thrown;
  const { redact, signal } = context;
  const url = redact(redactUrl(context.url));
  if (signal?.aborted === true) return abortedError(`the request of ${url}`);
  const reason = innermostCode(thrown);
  const code: CareErrorCode =
    reason !== undefined && TIMEOUTS.has(reason) ? 'REGISTRY_TIMEOUT' : 'REGISTRY_UNAVAILABLE';
  const words = redact(innermostMessage(thrown));
  const cause = cleanCause(thrown, redact);
  return new CareError(code, `${url} cannot be reached: ${words}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { url, ...(reason === undefined ? {} : { reason }) },
    ...remedyFor(reason),
  });
}

function remedyFor(reason: string | undefined): { readonly remedy?: string } {
  if (reason === undefined) return {};
  if (reason.startsWith('PROXY_')) {
    return {
      remedy: 'Check the proxy that HTTPS_PROXY names, and its user and password; NO_PROXY leaves it out.',
    };
  }
  if (!LASTING.test(reason)) return {};
  return {
    remedy:
      'Check the address. Behind a proxy that inspects TLS, let CARE_CA_FILE name the PEM file of its certificate authority.',
  };
}

/** Whether the next attempt may succeed; for small requests also not without a route to the host. */
export function isPassing(error: unknown, kind: 'request' | 'download'): boolean {
  if (!isCareError(error, 'REGISTRY_TIMEOUT', 'REGISTRY_UNAVAILABLE')) return false;
  const { reason, lasting } = error.details;
  if (lasting === true) return false;
  if (typeof reason !== 'string') return true;
  return !LASTING.test(reason) && (kind === 'download' || !NO_ROUTE.has(reason));
}

function innermost(thrown: unknown): unknown {
  let inner = thrown;
  for (let depth = 0; depth < 8; depth += 1) {
    if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0] as unknown;
    else if (inner instanceof Error && inner.cause !== undefined && inner.cause !== null) inner = inner.cause;
    else break;
  }
  return inner;
}

function innermostCode(thrown: unknown): string | undefined {
  return errorCode(innermost(thrown)) ?? errorCode(thrown);
}

function innermostMessage(thrown: unknown): string {
  const inner = innermost(thrown);
  // An AggregateError of connections that all failed has an empty message.
  return (
    [errorMessage(inner), errorCode(inner)].find((words) => words !== undefined && words !== '') ??
    errorMessage(thrown)
  );
}
