import type { ArtifactStore, HttpClient, StoredArtifact } from '@care/artifact-store';
import { readOnnxFile, variantFormat, type Manifest, type OnnxFacts } from '@care/model-manifest';
import { isCareError, type FetchOptions } from '@care/registry-core';
import { z } from 'zod';
import { addressOf } from '../served/server-paths.js';

/** A file of a model as a manifest names it. */
export interface NamedFile {
  /** Relative to its manifest. */
  readonly path: string;
  readonly url: URL;
  /** As the manifest states it, in lower case. */
  readonly sha256?: string;
}

/** What is known of a file that was brought: how the server marked it, and its content. */
const broughtSchema = z.object({ mark: z.exactOptional(z.string()), sha256: z.string(), size: z.number() });
type Brought = z.output<typeof broughtSchema>;

export interface FilesAccess {
  readonly http: HttpClient;
  readonly store: ArtifactStore;
  readonly index: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the records. */
  readonly namespace: string;
}

/** A variant whose files are here. */
export interface LocalVariant {
  readonly model: StoredArtifact;
  readonly external: readonly (StoredArtifact & { readonly location: string })[];
  /** Absent for formats other than ONNX. */
  readonly onnx?: OnnxFacts;
}

/** The model file of each variant of a manifest, that of `model_path` first. @throws CareError PATH_FORBIDDEN */
export function namedModels(manifest: Manifest, manifestUrl: URL, index: URL): NamedFile[] {
  const all = [manifest, ...(manifest.variants ?? [])];
  return all.map(({ model_path: path, sha256 }) => ({
    path,
    url: addressOf(path, manifestUrl, index, manifestUrl.pathname),
    ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }),
  }));
}

export function formatOf(manifest: Manifest, variant: number): string {
  const stated = variant === 0 ? {} : (manifest.variants?.[variant - 1] ?? {});
  const path = variant === 0 ? manifest.model_path : (manifest.variants?.[variant - 1]?.model_path ?? '');
  return variantFormat(stated, path);
}

/** What is here of a variant, without asking anybody; undefined unless its content is certain and all of it is here. */
export async function findVariant(
  access: FilesAccess,
  file: NamedFile,
  format: string,
  certain: boolean,
): Promise<LocalVariant | undefined> {
  const sha256 = file.sha256 ?? (certain ? (await broughtBefore(access, file.url))?.sha256 : undefined);
  const model = sha256 === undefined ? undefined : await access.store.find(sha256);
  if (model === undefined) return undefined;
  if (format !== 'onnx') return { model, external: [] };
  const onnx = await readOnnxFile(model.path);
  const external: (StoredArtifact & { location: string })[] = [];
  for (const location of locations(onnx)) {
    const known = await broughtBefore(access, addressOf(location, file.url, access.index, file.path));
    const found = known === undefined ? undefined : await access.store.find(known.sha256);
    if (found === undefined) return undefined;
    external.push({ ...found, location });
  }
  return { model, external, onnx };
}

/**
 * Brings a variant's files, and those in which its model file keeps data. What is here already, by the hash that the manifest states or by the
 * server's mark, is not transferred.
 * @throws CareError as the store does, PATH_FORBIDDEN
 */
export async function bringVariant(
  access: FilesAccess,
  file: NamedFile,
  format: string,
  options: FetchOptions,
): Promise<LocalVariant> {
  const model = await bring(access, file, options);
  if (format !== 'onnx') return { model, external: [] };
  const { signal } = options;
  const onnx = await readOnnxFile(model.path, signal === undefined ? {} : { signal });
  const external = await Promise.all(
    locations(onnx).map(async (location) => {
      const url = addressOf(location, file.url, access.index, file.path);
      return { ...(await bring(access, { path: location, url }, options)), location };
    }),
  );
  return { model, external, onnx };
}

async function bring(
  access: FilesAccess,
  { path, url, sha256 }: NamedFile,
  { signal, onProgress }: FetchOptions,
): Promise<StoredArtifact> {
  const { store, http, headers, namespace } = access;
  const known = await broughtBefore(access, url);
  const mark = sha256 === undefined ? await markOf(access, url, known, signal) : undefined;
  const expected = sha256 ?? (known !== undefined && known.mark === mark ? known.sha256 : undefined);
  const here = expected === undefined ? undefined : await store.find(expected);
  if (here !== undefined) return here;
  const brought = await store.fetch(
    { name: path, url: url.href, headers, ...(expected === undefined ? {} : { sha256: expected }) },
    {
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ receivedBytes, totalBytes }) =>
        onProgress?.({
          artifact: path,
          receivedBytes,
          ...(totalBytes === undefined ? {} : { totalBytes }),
        }),
    },
  );
  const record: Brought = {
    sha256: brought.sha256,
    size: brought.size,
    ...(mark === undefined ? {} : { mark }),
  };
  await store.records.write(namespace, fileKey(http, url), record, { files: [brought.sha256] });
  return brought;
}

/**
 * What the server says of a file's content without sending it; when it cannot be asked, what it said before.
 * @throws CareError when it cannot be asked and never was
 */
export async function markOf(
  { http, headers }: Pick<FilesAccess, 'http' | 'headers'>,
  url: URL,
  known: Pick<Brought, 'mark'> | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const response = await http.fetch(url, {
      method: 'HEAD',
      headers,
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok) return undefined;
    const { headers: said } = response;
    const etag = said.get('etag');
    if (etag !== null && !etag.startsWith('W/')) return etag;
    const modified = said.get('last-modified');
    return modified === null ? undefined : `${modified} ${said.get('content-length') ?? ''}`;
  } catch (error) {
    const unreachable = isCareError(error, 'OFFLINE', 'REGISTRY_UNAVAILABLE', 'REGISTRY_TIMEOUT');
    if (unreachable && known?.mark !== undefined) return known.mark;
    throw error;
  }
}

async function broughtBefore(
  { store, http, namespace }: FilesAccess,
  url: URL,
): Promise<Brought | undefined> {
  const record = await store.records.read(namespace, fileKey(http, url));
  return broughtSchema.safeParse(record?.value).data;
}

const fileKey = (http: HttpClient, url: URL): string => `file ${http.redact(url.href)}`;

const locations = ({ externalData }: OnnxFacts): string[] => [
  ...new Set(externalData.map(({ location }) => location)),
];
