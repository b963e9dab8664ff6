import { readFile } from 'node:fs/promises';
import { readOnnxFile } from '@care/model-manifest';
import type { HubCache } from '../cache/hub-cache.js';
import type { RepositorySource } from '../describe/repository-source.js';
import type { HubClient, HubRevision } from './hub-client.js';
import type { HubFile } from './hub-file.js';
import { readRemoteOnnx } from './remote-onnx.js';

/** A repository at the Hub. Small files are kept in the cache; of models only what is needed is read, unless they are here. */
export function hubSource(
  hub: HubClient,
  cache: HubCache,
  repo: string,
  { commit, files, pipelineTag }: HubRevision,
  signal?: AbortSignal,
): RepositorySource {
  return {
    repo,
    commit,
    files,
    ...(pipelineTag === undefined ? {} : { pipelineTag }),
    bytes: (file) => smallFile(hub, cache, { repo, commit, file }, signal),
    async onnx(file) {
      const here = await cache.findIntact({ repo, commit, file }, signal);
      if (here !== undefined) return readOnnxFile(here, signal === undefined ? {} : { signal });
      return readRemoteOnnx(hub, { repo, commit }, file, signal);
    },
  };
}

/** A file that fits into memory, from the cache or the Hub. */
export async function smallFile(
  hub: HubClient,
  cache: HubCache,
  at: { readonly repo: string; readonly commit: string; readonly file: HubFile },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const here = await cache.find(at);
  if (here !== undefined) return readFile(here);
  const { repo, commit, file } = at;
  const response = await hub.file({ repo, commit, path: file.path }, signal === undefined ? {} : { signal });
  const bytes = new Uint8Array(await response.arrayBuffer());
  await cache.keep(at, bytes);
  return bytes;
}
