import { dirname, resolve } from 'node:path';
import { isError, problemsError } from '@care/model-manifest';
import type { RegistryChange } from '@care/registry-core';
import type { BrokenManifest, DirectoryScan, LocalManifest } from '../scan/directory-scan.js';
import type { LocalDeployment } from '../scan/deployment-files.js';
import { fileSignature } from '../scan/file-signature.js';

/** One thing that a directory holds, with what tells it from what it was. */
export interface Known {
  readonly of: 'model' | 'broken' | 'deployment';
  /** The file that says so, relative to the directory. */
  readonly label: string;
  readonly modelId: string;
  readonly version?: string | undefined;
  /** What the file says and which other files it names, as a text that changes with them. */
  readonly content: string;
  /** Why it cannot be used. */
  readonly error?: unknown;
}

/** What a directory held when it was looked at, to be compared with what it holds later. */
export interface Snapshot {
  /** By what they are of. */
  readonly known: ReadonlyMap<string, Known>;
  /** Absolute paths of the directories that model files lie in. */
  readonly directories: readonly string[];
}

export async function takeSnapshot({ usable, broken, deployments }: DirectoryScan): Promise<Snapshot> {
  const models = await Promise.all(usable.map(modelEntry));
  const entries: [string, Known][] = [
    ...models.map((one): [string, Known] => [
      JSON.stringify(['model', one.modelId, one.version ?? null]),
      one,
    ]),
    ...broken.map((one): [string, Known] => [JSON.stringify(['broken', one.found.label]), brokenEntry(one)]),
    ...deployments.map((one): [string, Known] => [
      JSON.stringify(['deployment', one.modelId]),
      deploymentEntry(one),
    ]),
  ];
  const directories = usable.flatMap(modelFiles).map((file) => dirname(file));
  return { known: new Map(entries), directories: [...new Set(directories)] };
}

async function modelEntry(local: LocalManifest): Promise<Known> {
  const { manifest, found } = local;
  const signatures = await Promise.all(modelFiles(local).map(signatureText));
  return {
    of: 'model',
    label: found.label,
    modelId: manifest.model_id,
    version: manifest.version,
    content: JSON.stringify([manifest, found.path, signatures]),
  };
}

function brokenEntry({ found, modelId, version, problems }: BrokenManifest): Known {
  const error = problemsError(
    'MANIFEST_INVALID',
    `The manifest ${found.path} is not valid`,
    problems.filter(isError),
  );
  return { of: 'broken', label: found.label, modelId, version, content: JSON.stringify(problems), error };
}

function deploymentEntry({ found, modelId, spec, problems }: LocalDeployment): Known {
  const known = {
    of: 'deployment',
    label: found.label,
    modelId,
    content: JSON.stringify([spec, problems]),
  } as const;
  if (spec !== undefined) return known;
  const message = `The deployment ${found.path} is not valid`;
  return { ...known, error: problemsError('MANIFEST_INVALID', message, problems.filter(isError)) };
}

function modelFiles({ manifest, found }: LocalManifest): string[] {
  const paths = [manifest.model_path, ...(manifest.variants ?? []).map((variant) => variant.model_path)];
  return paths.map((path) => resolve(dirname(found.path), path));
}

async function signatureText(path: string): Promise<string> {
  try {
    return (await fileSignature(path)).key;
  } catch {
    // Not lost: that the file is absent is what the comparison needs; resolving the model tells why.
    return 'absent';
  }
}

/** What is to be told of one thing that differs. */
export function changeOf(before: Known | undefined, after: Known | undefined): RegistryChange | undefined {
  const known = after ?? before;
  if (known === undefined) return undefined;
  const { of, modelId, version } = known;
  const which = { modelId, ...(version === undefined ? {} : { version }) };
  if (after?.error !== undefined) return { kind: 'invalid', ...which, error: after.error };
  if (of === 'deployment') return { kind: 'deployment', modelId };
  // That a broken file is gone, or whole again, is told by what is there instead.
  if (of === 'broken') return undefined;
  return { kind: after === undefined ? 'removed' : before === undefined ? 'added' : 'changed', ...which };
}
