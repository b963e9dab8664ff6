import { dirname, resolve } from 'node:path';
import { isError, problemsError } from '@care/model-manifest';
import type { RegistryChange } from '@care/registry-core';
import type { BrokenManifest, DirectoryScan, LocalManifest } from '../scan/directory-scan.js';
import { fileSignature } from '../scan/file-signature.js';

interface Known {
  readonly modelId: string;
  readonly version?: string | undefined;
  /** What the manifest says and which files it names, as a text that changes with them. */
  readonly content: string;
}

/** What a directory held when it was looked at, to be compared with what it holds later. */
export interface Snapshot {
  readonly models: ReadonlyMap<string, Known>;
  readonly broken: ReadonlyMap<string, BrokenManifest>;
  /** Absolute paths of the directories that model files lie in. */
  readonly directories: readonly string[];
}

export async function takeSnapshot({ usable, broken }: DirectoryScan): Promise<Snapshot> {
  const models = new Map<string, Known>();
  const directories = new Set<string>();
  for (const local of usable) {
    const { model_id: modelId, version } = local.manifest;
    const files = modelFiles(local);
    for (const file of files) directories.add(dirname(file));
    const signatures = await Promise.all(files.map(signatureText));
    models.set(JSON.stringify([modelId, version ?? null]), {
      modelId,
      version,
      content: JSON.stringify([local.manifest, local.found.path, signatures]),
    });
  }
  return {
    models,
    broken: new Map(broken.map((one) => [one.found.label, one])),
    directories: [...directories],
  };
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

/** Removed first, then changed and added, then what is broken now and was not before, or was in another way. */
export function compareSnapshots(before: Snapshot, after: Snapshot): RegistryChange[] {
  const changes: RegistryChange[] = [];
  const nowBroken = new Set(
    [...after.broken.values()].map(({ modelId, version }) => JSON.stringify([modelId, version ?? null])),
  );
  for (const [key, known] of before.models) {
    // A manifest that got broken is told as invalid, not as removed: what is live stays so.
    if (!after.models.has(key) && !nowBroken.has(key)) changes.push(change('removed', known));
  }
  for (const [key, known] of after.models) {
    const earlier = before.models.get(key);
    if (earlier === undefined) changes.push(change('added', known));
    else if (earlier.content !== known.content) changes.push(change('changed', known));
  }
  for (const [label, broken] of after.broken) {
    if (JSON.stringify(before.broken.get(label)?.problems) === JSON.stringify(broken.problems)) continue;
    const error = problemsError(
      'MANIFEST_INVALID',
      `The manifest ${broken.found.path} is not valid`,
      broken.problems.filter(isError),
    );
    changes.push({ ...change('invalid', broken), error });
  }
  return changes;
}

function change(
  kind: RegistryChange['kind'],
  { modelId, version }: Pick<Known, 'modelId' | 'version'>,
): RegistryChange {
  return { kind, modelId, ...(version === undefined ? {} : { version }) };
}
