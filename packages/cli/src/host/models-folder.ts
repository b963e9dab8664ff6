import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CliIo } from '../cli-io.js';

export interface ModelsFolderReport {
  readonly path: string;
  readonly state: 'present' | 'absent' | 'unreadable';
  /** `*.json` files directly in it or below. */
  readonly manifests?: number;
  readonly reason?: string;
}

/**
 * The folder that local models are read from, as the registry takes it: `--models-dir` and `LOCAL_MODELS_DIR` from where
 * the user is, the default `models/local` from the root of the host.
 */
export function modelsFolder(
  modelsDir: string | undefined,
  root: string,
  io: Pick<CliIo, 'cwd' | 'env'>,
): string {
  const { LOCAL_MODELS_DIR: fromEnv = '' } = io.env;
  if (modelsDir !== undefined) return resolve(io.cwd, modelsDir);
  return fromEnv === '' ? resolve(root, 'models', 'local') : resolve(io.cwd, fromEnv);
}

/** Whether the folder is there, and how many manifests it seems to hold. */
export async function inspectModelsFolder(path: string): Promise<ModelsFolderReport> {
  try {
    const names = await readdir(path, { recursive: true });
    const manifests = names.filter((name) => name.toLowerCase().endsWith('.json')).length;
    return { path, state: 'present', manifests };
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent) return { path, state: 'absent', reason: 'does not exist' };
    return { path, state: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}
