import { CareError, type CareErrorCode } from '@care/registry-core';

interface Failure {
  readonly name: string;
  /** Without secrets. */
  readonly url: string;
  readonly why: string;
  readonly receivedBytes: number;
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** A download that ended for good because of the server or the way to it. */
export function downloadFailure(failure: Failure): CareError {
  const { name, url, why, receivedBytes, status, retryAfterSeconds, cause } = failure;
  return new CareError(codeOf(status), `cannot download ${name} from ${url}: ${why}`, {
    details: {
      name,
      url,
      receivedBytes,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterSeconds === undefined
      ? {}
      : { remedy: `The server asks to come again in ${retryAfterSeconds} s; what was received is kept.` }),
  });
}

function codeOf(status: number | undefined): CareErrorCode {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status === 404 || status === 410) return 'ARTIFACT_MISSING';
  return 'DOWNLOAD_FAILED';
}

export function corruptDownload(name: string, url: string, why: string): CareError {
  return new CareError('ARTIFACT_CORRUPT', `${name} from ${url} is not what was declared: ${why}`, {
    details: { name, url },
    remedy:
      'Nothing of it was kept. Ask whoever offers the file; what they declare and what they send disagree.',
  });
}
