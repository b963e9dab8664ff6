import { readOnnxSource, type ByteSource, type OnnxFacts } from '@care/model-manifest';
import { CareError } from '@care/registry-core';
import type { HubClient } from './hub-client.js';
import type { HubFile } from './hub-file.js';

/** Bytes of one request: few requests for a graph that lies scattered between weights. */
const BLOCK = 512 * 1024;
const KEPT_BLOCKS = 16;

/**
 * What an ONNX file at the Hub tells, read by HTTP ranges: a model of many GB costs some blocks of its graph.
 * @throws CareError ARTIFACT_CORRUPT, and what the client throws
 */
export async function readRemoteOnnx(
  client: HubClient,
  at: { readonly repo: string; readonly commit: string },
  file: HubFile,
  signal?: AbortSignal,
): Promise<OnnxFacts> {
  const source = blockSource(file.size, rangeReader(client, at, file, signal));
  const name = `${file.path} of ${at.repo}`;
  return readOnnxSource(source, name, signal === undefined ? {} : { signal });
}

/** Whole blocks of any source of ranges, the latest kept. */
export function blockSource(
  size: number,
  read: (begin: number, end: number) => Promise<Uint8Array>,
): ByteSource {
  const blocks = new Map<number, Uint8Array>();
  const block = async (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const begin = index * BLOCK;
    const bytes = await read(begin, Math.min(size, begin + BLOCK));
    const [oldest] = blocks.keys();
    if (blocks.size >= KEPT_BLOCKS && oldest !== undefined) blocks.delete(oldest);
    blocks.set(index, bytes);
    return bytes;
  };
  return {
    size,
    async read(offset, length) {
      const end = Math.min(size, offset + length);
      const into = new Uint8Array(Math.max(0, end - offset));
      for (let at = offset; at < end;) {
        const index = Math.floor(at / BLOCK);
        const bytes = await block(index);
        const part = bytes.subarray(at - index * BLOCK, Math.min(bytes.length, end - index * BLOCK));
        if (part.length === 0) return into.subarray(0, at - offset);
        into.set(part, at - offset);
        at += part.length;
      }
      return into;
    },
  };
}

/** Ranges of a file; asked for where the first answer came from, so that the Hub is not asked for each. */
function rangeReader(
  client: HubClient,
  { repo, commit }: { readonly repo: string; readonly commit: string },
  { path, size }: HubFile,
  signal: AbortSignal | undefined,
): (begin: number, end: number) => Promise<Uint8Array> {
  let url: string | undefined;
  return async (begin, end) => {
    const response = await client.file(
      { repo, commit, path },
      {
        range: `${begin}-${end - 1}`,
        ...(signal === undefined ? {} : { signal }),
        ...(url === undefined ? {} : { url }),
      },
    );
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A server that knows no ranges sends all of it.
    const part = response.status === 206 ? bytes : bytes.subarray(begin, end);
    if (part.length !== end - begin) {
      throw new CareError(
        'REGISTRY_UNAVAILABLE',
        `${client.endpoint} sent ${part.length} bytes of ${path} of ${repo} where ${end - begin} of ${size} were asked for.`,
        { details: { repo, commit, path } },
      );
    }
    if (response.url !== '') url = response.url;
    return part;
  };
}
