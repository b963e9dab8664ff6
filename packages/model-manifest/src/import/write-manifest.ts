import { randomUUID } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CareError, isCareError } from '@care/registry-core';
import type { Manifest } from '../manifest/manifest-schema.js';

export interface WriteManifestOptions {
  /** Replace a manifest that is there. Default false. */
  readonly force?: boolean;
}

/**
 * Writes a manifest beside its model as `<name>.json`, complete or not at all: into a temporary file (whose name no scan takes for a
 * manifest) that is then moved into place.
 * @returns the manifest's path
 * @throws CareError `OPTIONS_INVALID` when one is there already and `force` is not set, `OUTPUT_FAILED` when it cannot be written
 */
export async function writeManifest(
  modelFile: string,
  manifest: Manifest,
  { force = false }: WriteManifestOptions = {},
): Promise<string> {
  const target = manifestPathOf(modelFile);
  if (!force && (await exists(target))) throw inTheWay(target);
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(formatManifest(manifest), 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (force) await rename(temporary, target);
    else await claim(temporary, target);
  } catch (error) {
    if (isCareError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CareError('OUTPUT_FAILED', `The manifest ${target} cannot be written: ${reason}.`, {
      details: { file: target },
      cause: error,
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return target;
}

/** `models/a.onnx` -> `models/a.json`. */
export function manifestPathOf(modelFile: string): string {
  return join(dirname(modelFile), `${basename(modelFile).replace(/\.onnx$/i, '')}.json`);
}

/** A link fails where a rename would silently replace what another process has written meanwhile. */
async function claim(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (await exists(target)) throw inTheWay(target, error);
    // Not lost: file systems without hard links (FAT, some network shares) take the rename, which reports what is really wrong.
    await rename(temporary, target);
  }
}

function inTheWay(target: string, cause?: unknown): CareError {
  return new CareError('OPTIONS_INVALID', `There is a manifest already: ${target}.`, {
    remedy: 'Use `--force` to replace it.',
    details: { file: target },
    ...(cause === undefined ? {} : { cause }),
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    // Nothing is lost: whatever else is wrong with the path shows when it is written.
    return false;
  }
}

/** Short lists stay on one line, as people write them. */
export function formatManifest(manifest: Manifest): string {
  const text = JSON.stringify(manifest, null, 2);
  const joined = text.replaceAll(
    /\[\n\s+(-?[\d.eE+-]+(?:,\n\s+-?[\d.eE+-]+)*)\n\s+\]/g,
    (_, items: string) => {
      return `[${items.replaceAll(/,\n\s+/g, ', ')}]`;
    },
  );
  return `${joined}\n`;
}
