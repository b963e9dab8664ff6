import { posix } from 'node:path';
import { readOnnxFile, type OnnxFacts } from '@care/model-manifest';
import { CareError, isCareError, type FetchOptions } from '@care/registry-core';
import type { HubCache } from './cache/hub-cache.js';
import type { DescribedVariant, Description, VariantFile } from './describe/description.js';
import type { LocalVariant } from './describe/describe-package.js';
import type { HubConnection } from './hub/hub-connection.js';
import type { HubFile } from './hub/hub-file.js';
import { smallFile } from './hub/hub-source.js';

/** A variant whose files are all here, and what became of its description: external data may have been found in its model file. */
export interface FetchedVariant {
  readonly variant: DescribedVariant;
  readonly local: LocalVariant;
}

interface Fetching extends FetchOptions {
  readonly connection: HubConnection;
  readonly cache: HubCache;
  readonly description: Description;
}

/**
 * Brings the files of a variant, and of the external data that its model file names.
 * @throws CareError as the client and the cache do, ARTIFACT_MISSING for external data that the repository does not have
 */
export async function fetchVariant(variant: DescribedVariant, fetching: Fetching): Promise<FetchedVariant> {
  const paths = new Map<string, string>();
  await fetchFiles(variant.files, paths, fetching);
  const model = variant.files.find(({ role }) => role === 'model');
  const modelPath = model === undefined ? undefined : paths.get(model.path);
  if (variant.format !== 'onnx' || model === undefined || modelPath === undefined) {
    return { variant, local: { paths } };
  }
  const { signal } = fetching;
  const onnx = await readOnnxFile(modelPath, signal === undefined ? {} : { signal });
  const named = namedExternalData(variant, model, onnx, fetching.description);
  await fetchFiles(named, paths, fetching);
  return { variant: { ...variant, files: [...variant.files, ...named] }, local: { paths, onnx } };
}

/** Makes files local, all at once; the first failure ends the others. */
export async function fetchFiles(
  files: readonly HubFile[],
  paths: Map<string, string>,
  fetching: Fetching,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([
    failed.signal,
    ...(fetching.signal === undefined ? [] : [fetching.signal]),
  ]);
  const outcomes = await Promise.allSettled(
    files.map(async (file) => {
      try {
        paths.set(file.path, await fetchFile(file, { ...fetching, signal }));
      } catch (error) {
        failed.abort();
        throw error;
      }
    }),
  );
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  // What was ended because another failed says nothing.
  const first = failures.find(({ reason }) => !isCareError(reason, 'ABORTED')) ?? failures[0];
  if (first !== undefined) return Promise.reject(first.reason as Error);
}

async function fetchFile(file: HubFile, fetching: Fetching): Promise<string> {
  const { connection, cache, description, signal, onProgress } = fetching;
  const { hub, http } = connection;
  const { repo, commit } = description;
  const at = { repo, commit, file };
  const done = (path: string): string => {
    onProgress?.({ artifact: file.path, receivedBytes: file.size, totalBytes: file.size });
    return path;
  };
  const here = await cache.findIntact(at, signal);
  if (here !== undefined) return done(here);
  const { sha256 } = file;
  if (sha256 === undefined) {
    await smallFile(hub, cache, at, signal);
    return done(cache.layout.pointer(repo, commit, file.path));
  }
  try {
    return await cache.download(
      http,
      { repo, commit, file: { ...file, sha256 } },
      { url: hub.fileUrl(repo, commit, file.path), headers: hub.headers },
      {
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ receivedBytes, totalBytes }) =>
          onProgress?.({
            artifact: file.path,
            receivedBytes,
            ...(totalBytes === undefined ? {} : { totalBytes }),
          }),
      },
    );
  } catch (error) {
    // The Hub itself tells why: gated, private, gone.
    if (isCareError(error, 'UNAUTHORIZED', 'ARTIFACT_MISSING')) {
      await hub.file(
        { repo, commit, path: file.path },
        { range: '0-0', ...(signal === undefined ? {} : { signal }) },
      );
    }
    throw error;
  }
}

/** External data that the model file names and that names alone did not tell. */
function namedExternalData(
  { files }: DescribedVariant,
  model: VariantFile,
  { externalData }: OnnxFacts,
  { beside, repo, commit }: Description,
): VariantFile[] {
  const folder = posix.dirname(model.path);
  const locations = new Set(externalData.map(({ location }) => posix.normalize(location)));
  for (const { name } of files) locations.delete(name);
  return [...locations].map((location): VariantFile => {
    const path = posix.join(folder, location);
    const file = beside.find((one) => one.path === path);
    if (file !== undefined && !location.startsWith('..'))
      return { ...file, role: 'external-data', name: location };
    throw new CareError(
      'ARTIFACT_MISSING',
      `${model.path} of ${repo} keeps data in ${location}, which the repository does not have at ${commit.slice(0, 12)}.`,
      {
        remedy: 'Tell the owner of the repository: the export is not whole.',
        details: { repo, commit, path: model.path, location },
      },
    );
  });
}
