import { isCareError, type CareErrorCode } from '@care/registry-core';
import { RequestRefused } from './request-refused.js';

/** What a client is told of a failure: nothing of the server's files or of native code. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Seconds after which it may be tried again. */
  readonly retryAfter?: number;
}

interface CodeAnswer {
  readonly status: number;
  /** Told instead of the error's own message, which may name files or repeat what native code said. */
  readonly text?: string;
  readonly retryAfter?: number;
}

/** The one table of what each code of the system is over HTTP. */
export const CODE_ANSWERS: Readonly<Record<CareErrorCode, CodeAnswer>> = {
  MODEL_NOT_FOUND: { status: 404, text: 'no such model or version is served here' },
  REFERENCE_INVALID: { status: 400 },
  MANIFEST_INVALID: { status: 422, text: 'the description of the model is not valid' },
  ARTIFACT_MISSING: { status: 422, text: 'a file of the model is missing' },
  ARTIFACT_CORRUPT: { status: 422, text: 'a file of the model cannot be used' },
  REGISTRY_UNAVAILABLE: { status: 503, text: 'a registry could not answer', retryAfter: 10 },
  REGISTRY_TIMEOUT: { status: 504, text: 'a registry took too long' },
  UNAUTHORIZED: { status: 502, text: 'a registry did not accept the credentials of this server' },
  PLUGIN_INVALID: { status: 500, text: 'a plugin of this server is broken' },
  PLUGIN_NOT_FOUND: { status: 500, text: 'a plugin of this server is missing' },
  PLUGIN_AMBIGUOUS: { status: 500, text: 'two plugins of this server have one name' },
  OPTIONS_INVALID: { status: 400 },
  BACKEND_UNAVAILABLE: { status: 503, text: 'no backend of this server can run the model' },
  MODEL_INCOMPATIBLE: { status: 422, text: 'the model file and its description disagree' },
  INFERENCE_FAILED: { status: 500, text: 'the model failed while it ran' },
  INPUT_INVALID: { status: 400 },
  IMAGE_INVALID: {
    status: 422,
    text: 'the picture cannot be decoded; send JPEG, PNG, WebP, AVIF, GIF or TIFF',
  },
  IMAGE_TOO_LARGE: { status: 413 },
  OVERLOADED: { status: 503, retryAfter: 1 },
  ABORTED: { status: 499, text: 'the request was cancelled' },
  TIMEOUT: { status: 504 },
  WORKER_CRASHED: { status: 503, text: 'the worker that ran the request died; try again', retryAfter: 1 },
  DISPOSED: { status: 503, text: 'the model is being unloaded', retryAfter: 1 },
  OUTPUT_FAILED: { status: 500, text: 'the server could not write its output' },
  PATH_FORBIDDEN: { status: 422, text: 'the description of the model names a forbidden place' },
  PROBE_FAILED: { status: 422, text: 'the new version answered its probe images wrongly' },
  MEMORY_EXCEEDED: { status: 507, text: 'there is not enough memory to load the version' },
  DEPLOYMENT_INVALID: { status: 409 },
  ROLLBACK_UNAVAILABLE: { status: 409, text: 'there is nothing to go back to that can be loaded' },
  OFFLINE: { status: 503, text: 'the model is not in the cache of this server, and the server is offline' },
  DOWNLOAD_FAILED: { status: 503, text: 'a file of the model could not be downloaded', retryAfter: 10 },
  STORAGE_FULL: { status: 507, text: 'there is no room on the disk for the files of the model' },
  LOCK_MISMATCH: { status: 409, text: 'the registries offer other files than the lock file of this server' },
  NOT_MEASURED: { status: 409, text: 'nothing was measured on the machine of this server' },
  CONSTRAINTS_UNMET: { status: 409, text: 'no way to run the model keeps the constraints' },
  UNSUPPORTED: { status: 422, text: 'this is not supported by the model or its task' },
};

export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof RequestRefused) {
    const { status, code, message } = error;
    return { status, code, message };
  }
  if (isCareError(error)) {
    const { status, retryAfter } = CODE_ANSWERS[error.code];
    return { status, ...publicError(error), ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
  const status = clientStatus(error);
  if (status === undefined) return { status: 500, code: 'INTERNAL', message: 'internal error' };
  return { status, code: 'REQUEST_INVALID', message: HTTP_TEXTS[status] ?? 'the request is not valid' };
}

/** An error as anybody may read it. */
export function publicError({ code, message }: { readonly code: CareErrorCode; readonly message: string }): {
  readonly code: CareErrorCode;
  readonly message: string;
} {
  return { code, message: CODE_ANSWERS[code].text ?? message };
}

const HTTP_TEXTS: Readonly<Record<number, string>> = {
  413: 'the body is larger than this server takes',
  415: 'the body has a content type that is not taken here',
};

/** Of an error by the HTTP framework that is the client's fault. */
function clientStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
