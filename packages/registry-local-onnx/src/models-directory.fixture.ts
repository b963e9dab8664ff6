import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { parseModelReference, type JsonObject, type Logger } from '@care/registry-core';
import { onTestFinished } from 'vitest';
import { LocalOnnxRegistry } from './local-onnx-registry.js';
import type { Settings } from './options.js';

/** A detector of YOLOv8's layout with two classes, 32 x 32 pixels. */
export const DETECTOR = buildOnnxModel({
  inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }],
  outputs: [{ name: 'output0', type: 'float32', shape: [1, 6, 84] }],
  nodes: [{ op: 'Identity', inputs: ['images'], outputs: ['output0'] }],
  metadata: { task: 'detect' },
});

/** A manifest of {@link DETECTOR}. */
export const manifestOf = (modelId: string, change: JsonObject = {}): JsonObject => ({
  model_id: modelId,
  task_type: 'object-detection',
  model_path: 'detector.onnx',
  class_names: ['person', 'bed'],
  input_size: [32, 32],
  ...change,
});

/** A directory with these files (objects are written as JSON), removed when the test ends; its real path. */
export async function modelsDirectory(
  files: Readonly<Record<string, string | Uint8Array | JsonObject>> = {},
): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'care-models-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFiles(directory, files);
  return directory;
}

export async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array | JsonObject>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(path, raw ? content : JSON.stringify(content, null, 2));
  }
}

/** A logger that keeps what it is told. */
export function memoryLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const note = (level: string) => (_fields: object, message: string) =>
    void lines.push(`${level}: ${message}`);
  return { lines, debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
}

/** A registry on a directory, disposed when the test ends. */
export function localRegistry(dir: string, change: Partial<Settings> = {}, logger = memoryLogger()) {
  const registry = new LocalOnnxRegistry(
    { dir, enabled: true, allowOutside: false, strict: true, polling: false, ...change },
    logger,
  );
  onTestFinished(() => registry.dispose());
  return {
    registry,
    logger,
    resolve: (reference: string) => registry.resolve(parseModelReference(reference)),
  };
}

/** False where the account may not make symbolic links (Windows without developer mode). */
export async function canLink(directory: string): Promise<boolean> {
  try {
    await symlink('nowhere', join(directory, 'probe'));
    await rm(join(directory, 'probe'));
    return true;
  } catch {
    // The answer of the probe.
    return false;
  }
}
