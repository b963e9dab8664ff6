import type { HttpClient } from '@care/artifact-store';
import { CareError, isCareError } from '@care/registry-core';
import { z } from 'zod';
import { indexSchema, type ServedDocument, type ServedModels } from './served-models.js';
import { addressOf } from './server-paths.js';

const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
/** Documents asked for at a time. */
const CONCURRENCY = 8;

export interface ServerAccess {
  readonly http: HttpClient;
  readonly index: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads the index and all it names. What has not changed since `before` (by ETag) is not transferred again. A document that cannot be had is
 * noted and costs nothing but itself.
 * @throws CareError MANIFEST_INVALID (the index), UNAUTHORIZED, REGISTRY_UNAVAILABLE, REGISTRY_TIMEOUT, OFFLINE, ABORTED
 */
export async function readServer(
  access: ServerAccess,
  before: ServedModels | undefined,
  signal: AbortSignal | undefined,
): Promise<ServedModels> {
  const index = await readDocument(access, access.index, '', before?.index, signal);
  if (index.text === undefined) throw noIndex(access, index.missing ?? 'is not there');
  const named = readIndex(index.text, access.http.redact(access.index.href));
  const known = new Map(
    [...(before?.manifests ?? []), ...(before?.deployments ?? [])].map((one) => [one.path, one]),
  );
  const read = async (path: string): Promise<ServedDocument> => {
    try {
      const url = addressOf(path, access.index, access.index, 'the index');
      return await readDocument(access, url, path, known.get(path), signal);
    } catch (error) {
      if (isCareError(error, 'PATH_FORBIDDEN', 'MANIFEST_INVALID')) return { path, missing: error.message };
      throw error;
    }
  };
  return {
    index,
    manifests: await mapBounded(named.manifests, read),
    deployments: await mapBounded(named.deployments, read),
  };
}

function readIndex(text: string, label: string): z.output<typeof indexSchema> {
  const parsed = indexSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new CareError(
    'MANIFEST_INVALID',
    `The index ${label} is not valid: ${z.prettifyError(parsed.error)}`,
    {
      remedy:
        'Write {"manifests": ["fall-detector/1.2.0.json", ...], "deployments": [...]}, with paths relative to the index.',
      details: { file: label },
    },
  );
}

/** Undefined, which is no index either, for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readDocument(
  { http, headers }: ServerAccess,
  url: URL,
  path: string,
  before: ServedDocument | undefined,
  signal: AbortSignal | undefined,
): Promise<ServedDocument> {
  const conditional =
    before?.etag === undefined || before.text === undefined ? {} : { 'if-none-match': before.etag };
  const response = await http.fetch(url, {
    headers: { accept: 'application/json', ...headers, ...conditional },
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.status === 304 && before !== undefined) {
    await response.body?.cancel();
    return before;
  }
  if (!response.ok) {
    await response.body?.cancel();
    return notHad(path, response.status, http.redact(url.href));
  }
  const etag = response.headers.get('etag');
  const text = await boundedText(response, http.redact(url.href));
  return { path, text, ...(etag === null ? {} : { etag }) };
}

/** @throws CareError UNAUTHORIZED, REGISTRY_UNAVAILABLE: then nobody knows what the server has */
function notHad(path: string, status: number, shown: string): ServedDocument {
  if (status === 401 || status === 403) {
    throw new CareError('UNAUTHORIZED', `The server refused ${shown} (HTTP ${status}).`, {
      remedy: 'Set CARE_HTTP_TOKEN to a token that may read it, or let everybody read it.',
      details: { status },
    });
  }
  if (status === 404 || status === 410) return { path, missing: `${shown} is not there (HTTP ${status})` };
  throw new CareError('REGISTRY_UNAVAILABLE', `The server answered HTTP ${status} for ${shown}.`, {
    details: { status },
  });
}

function noIndex({ http, index }: ServerAccess, why: string): CareError {
  return new CareError('REGISTRY_UNAVAILABLE', `There is no index at ${http.redact(index.href)}: ${why}.`, {
    remedy: 'Put the index there, or correct the option `index` (CARE_HTTP_INDEX).',
  });
}

/** @throws CareError MANIFEST_INVALID when it is too large */
async function boundedText(response: Response, shown: string): Promise<string> {
  const parts: Uint8Array[] = [];
  const body: ReadableStream<Uint8Array> | null = response.body;
  const reader = body?.getReader();
  let length = 0;
  for (;;) {
    const part = await reader?.read();
    if (part?.value === undefined) break;
    length += part.value.byteLength;
    if (length > MAX_DOCUMENT_BYTES) {
      await reader?.cancel();
      throw new CareError('MANIFEST_INVALID', `${shown} is larger than ${MAX_DOCUMENT_BYTES} bytes.`);
    }
    parts.push(part.value);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function mapBounded<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: Math.min(CONCURRENCY, items.length) }, async () => {
      for (const [index, item] of queue) results[index] = await work(item);
    }),
  );
  return results;
}
