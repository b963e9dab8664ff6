import { isError, parseDeployment, parseManifest, problemsError, type Manifest } from '@care/model-manifest';
import { CareError, type DeploymentSpec } from '@care/registry-core';
import type { ServedDocument, ServedModels } from './served-models.js';

/** A manifest and where it was. */
export interface ServedManifest {
  readonly manifest: Manifest;
  readonly path: string;
}

/** What a document that cannot be used would have been of. */
export interface BrokenDocument {
  readonly path: string;
  readonly modelId?: string;
  readonly version?: string;
  readonly error: CareError;
}

/** What the documents of a server mean. */
export interface Understood {
  readonly manifests: readonly ServedManifest[];
  readonly deployments: readonly { readonly spec: DeploymentSpec; readonly path: string }[];
  readonly broken: readonly BrokenDocument[];
  /** Deployment files that cannot be used. */
  readonly brokenDeployments: readonly BrokenDocument[];
}

/** Never throws: what cannot be used is told, and costs nothing but itself. @param label how a document is named, by its path */
export function understand(served: ServedModels, label: (path: string) => string): Understood {
  const manifests: ServedManifest[] = [];
  const broken: BrokenDocument[] = [];
  for (const document of served.manifests) {
    const { path, text } = document;
    if (text === undefined) {
      broken.push({ path, error: missing(document, label(path)) });
      continue;
    }
    const { manifest, problems, modelId, version } = parseManifest(text, label(path));
    if (manifest === undefined) {
      const error = invalid('manifest', label(path), problems.filter(isError));
      broken.push({
        path,
        error,
        ...(modelId === undefined ? {} : { modelId }),
        ...(version === undefined ? {} : { version }),
      });
    } else manifests.push({ manifest, path });
  }
  const unique = manifests.filter((one) => {
    const twin = manifests.find((other) => other !== one && sameVersion(one.manifest, other.manifest));
    if (twin !== undefined) broken.push(duplicate(one, twin, label));
    return twin === undefined;
  });
  return { manifests: unique, broken, ...deploymentsOf(served.deployments, label) };
}

function deploymentsOf(
  documents: readonly ServedDocument[],
  label: (path: string) => string,
): Pick<Understood, 'deployments' | 'brokenDeployments'> {
  const deployments: { spec: DeploymentSpec; path: string }[] = [];
  const brokenDeployments: BrokenDocument[] = [];
  for (const document of documents) {
    const { path, text } = document;
    // `<model_id>.deployment.json`: what it would be of is told by its name, when it cannot be read.
    const named = /([^/]+)\.deployment\.json$/.exec(path)?.[1];
    const of = named === undefined ? {} : { modelId: named };
    if (text === undefined) {
      brokenDeployments.push({ path, ...of, error: missing(document, label(path)) });
      continue;
    }
    const { spec, problems } = parseDeployment(text, label(path));
    if (spec !== undefined) deployments.push({ spec, path });
    else {
      const error = invalid('deployment', label(path), problems.filter(isError));
      brokenDeployments.push({ path, ...of, error });
    }
  }
  return { deployments, brokenDeployments };
}

function sameVersion(a: Manifest, b: Manifest): boolean {
  return a.model_id === b.model_id && a.version === b.version;
}

function duplicate(
  one: ServedManifest,
  twin: ServedManifest,
  label: (path: string) => string,
): BrokenDocument {
  const { model_id: modelId, version } = one.manifest;
  const what = version === undefined ? `${modelId} without a version` : `${modelId} ${version}`;
  return {
    path: one.path,
    modelId,
    ...(version === undefined ? {} : { version }),
    error: new CareError(
      'MANIFEST_INVALID',
      `${what} is described twice: ${label(one.path)} and ${label(twin.path)}.`,
      {
        remedy: 'Give one of them another version, or leave it out of the index.',
      },
    ),
  };
}

function missing({ missing: why }: ServedDocument, label: string): CareError {
  return new CareError(
    'MANIFEST_INVALID',
    `The index names ${label}, which cannot be read: ${why ?? 'unknown'}.`,
    {
      remedy: 'Put the document there, or leave it out of the index.',
    },
  );
}

function invalid(what: string, label: string, problems: Parameters<typeof problemsError>[2]): CareError {
  return problemsError('MANIFEST_INVALID', `The ${what} ${label} is not valid`, problems);
}
