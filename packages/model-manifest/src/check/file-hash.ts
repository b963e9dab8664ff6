import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CareError } from '@care/registry-core';

/** SHA-256 of a file in lower-case hexadecimal, read in chunks. @throws CareError `ARTIFACT_MISSING`, `ABORTED` */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal })) {
      if (chunk instanceof Uint8Array) hash.update(chunk);
    }
  } catch (cause) {
    if (signal?.aborted === true) throw new CareError('ABORTED', `Reading ${path} was cancelled.`, { cause });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CareError('ARTIFACT_MISSING', `The file ${path} cannot be read: ${reason}.`, {
      details: { path },
      cause,
    });
  }
  return hash.digest('hex');
}

/** @throws CareError `ARTIFACT_CORRUPT` when the file's hash is not the stated one */
export async function verifyFileHash(path: string, sha256: string, signal?: AbortSignal): Promise<void> {
  const actual = await sha256OfFile(path, signal);
  if (actual === sha256.toLowerCase()) return;
  throw new CareError(
    'ARTIFACT_CORRUPT',
    `The file ${path} has the SHA-256 ${actual}, the manifest says ${sha256.toLowerCase()}.`,
    {
      details: { path, actual, expected: sha256.toLowerCase() },
      remedy: 'Replace the file by the one that was meant, or correct `sha256` in the manifest.',
    },
  );
}
