import { stat } from 'node:fs/promises';
import { dirname, posix, win32 } from 'node:path';
import { CareError, isCareError } from '@care/registry-core';
import type { ExternalFile } from '../manifest/to-model-package.js';
import type { OnnxExternalData } from '../onnx/onnx-facts.js';
import { resolveInside } from '../paths/resolve-inside.js';

/** The files of a model's external data that can be used, and what is wrong with the others. */
export interface ExternalDataReport {
  readonly files: readonly ExternalFile[];
  /** One for each file that cannot be used. */
  readonly failures: readonly CareError[];
}

/**
 * Finds the files that hold a model's external data. They lie beside or below the model file, symbolic links stay inside `root`
 * (undefined: they may lead anywhere), and each is long enough for every tensor that is said to be in it.
 * Failures are `PATH_FORBIDDEN`, `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT` (too short).
 */
export async function inspectExternalFiles(
  modelPath: string,
  tensors: readonly OnnxExternalData[],
  root: string | undefined,
): Promise<ExternalDataReport> {
  const needed = new Map<string, Need>();
  for (const { location, tensor, offset, length = 0 } of tensors) {
    const bytes = offset + length;
    if (bytes >= (needed.get(location)?.bytes ?? -1)) needed.set(location, { bytes, tensor });
  }
  const files: ExternalFile[] = [];
  const failures: CareError[] = [];
  for (const [location, need] of needed) {
    try {
      files.push(await findExternalFile(modelPath, location, need, root));
    } catch (error) {
      if (!isCareError(error)) throw error;
      failures.push(error);
    }
  }
  return { files, failures };
}

/** As {@link inspectExternalFiles}. @throws CareError the first failure */
export async function findExternalFiles(
  modelPath: string,
  tensors: readonly OnnxExternalData[],
  root: string | undefined,
): Promise<readonly ExternalFile[]> {
  const { files, failures } = await inspectExternalFiles(modelPath, tensors, root);
  if (failures[0] !== undefined) throw failures[0];
  return files;
}

/** What the tensors of a model ask of one file. */
interface Need {
  readonly bytes: number;
  /** The tensor whose data ends last, for messages. */
  readonly tensor: string;
}

async function findExternalFile(
  modelPath: string,
  location: string,
  { bytes, tensor }: Need,
  root: string | undefined,
): Promise<ExternalFile> {
  const what = `external data (tensor ${tensor}) of the model ${modelPath}`;
  checkLocation(location, what);
  const path = await resolveInside(location, { base: dirname(modelPath), root, what });
  const { size } = await stat(path);
  if (size >= bytes) return { location, path, size };
  throw new CareError('ARTIFACT_CORRUPT', `The ${what} needs ${bytes} bytes of ${path}, which has ${size}.`, {
    details: { path, size, needed: bytes },
  });
}

/** Relative and downward on every platform, whatever this one is: the same file must not mean two things. */
function checkLocation(location: string, what: string): void {
  const absolute = posix.isAbsolute(location) || win32.isAbsolute(location) || /^[A-Za-z]:/.test(location);
  if (!absolute && !location.includes('\0') && !location.split(/[\\/]/).includes('..')) return;
  throw new CareError(
    'PATH_FORBIDDEN',
    `The ${what} lies in ${JSON.stringify(location)}, which leaves its directory.`,
    {
      details: { location },
      remedy:
        'Save the model with its external data beside it; the location must be a relative path without "..".',
    },
  );
}
