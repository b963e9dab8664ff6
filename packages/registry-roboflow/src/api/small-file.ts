import { createHash } from 'node:crypto';
import type { HttpClient } from '@care/artifact-store';
import { CareError, isCareError, type CareErrorCode } from '@care/registry-core';

const MAX_BYTES = 16 * 1024 * 1024;

export interface SmallFile {
  /** For messages. */
  readonly name: string;
  /** Signed; never shown. */
  readonly url: string;
  /** Lower-case hexadecimal. */
  readonly md5?: string | undefined;
}

/**
 * A package's text file as bytes, checked against its md5 and the length that the server states.
 * @throws CareError `ARTIFACT_CORRUPT`, `DOWNLOAD_FAILED`, and what the client throws
 */
export async function readSmallFile(
  client: HttpClient,
  { name, url, md5 }: SmallFile,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const response = await client.fetch(url, signal === undefined ? {} : { signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw failed('DOWNLOAD_FAILED', name, `its server answered ${response.status}`);
  }
  const bytes = await bounded(response, name);
  const stated = response.headers.get('content-length');
  const encoded = response.headers.has('content-encoding');
  if (stated !== null && !encoded && Number(stated) !== bytes.length) {
    throw failed('DOWNLOAD_FAILED', name, `${bytes.length} bytes came, ${stated} were announced`);
  }
  if (md5 !== undefined && createHash('md5').update(bytes).digest('hex') !== md5) {
    throw failed('ARTIFACT_CORRUPT', name, 'its md5 is not what the API states');
  }
  return bytes;
}

async function bounded(response: Response, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      size += part.value.length;
      if (size > MAX_BYTES) throw failed('DOWNLOAD_FAILED', name, `it is larger than ${MAX_BYTES} bytes`);
      chunks.push(part.value);
    }
  } catch (error) {
    await reader?.cancel().catch(() => undefined); // it broke already
    if (isCareError(error)) throw error;
    throw failed('DOWNLOAD_FAILED', name, 'the connection broke');
  }
  return Buffer.concat(chunks);
}

function failed(code: CareErrorCode, name: string, problem: string): CareError {
  return new CareError(code, `Roboflow's ${name} could not be fetched: ${problem}.`, {
    details: { file: name, problem },
  });
}
