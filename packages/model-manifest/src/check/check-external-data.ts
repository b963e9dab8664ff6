import { stat } from 'node:fs/promises';
import { dirname, posix, win32 } from 'node:path';
import { CareError } from '@care/registry-core';
import type { ExternalFile } from '../manifest/to-model-package.js';
import type { OnnxExternalData } from '../onnx/onnx-facts.js';
import { resolveInside } from '../paths/resolve-inside.js';

/**
 * Finds the files that hold a model's external data. They lie beside or below the model file, symbolic links stay inside `root`
 * (undefined: they may lead anywhere), and each is long enough for every tensor that is said to be in it.
 * @throws CareError `PATH_FORBIDDEN`, `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT` (too short)
 */
export async function findExternalFiles(
  modelPath: string,
  tensors: readonly OnnxExternalData[],
  root: string | undefined,
): Promise<ExternalFile[]> {
  const needed = new Map<string, { bytes: number; tensor: string }>();
  for (const { location, tensor, offset, length = 0 } of tensors) {
    const bytes = offset + length;
    if (bytes >= (needed.get(location)?.bytes ?? -1)) needed.set(location, { bytes, tensor });
  }
  const files: ExternalFile[] = [];
  for (const [location, { bytes, tensor }] of needed) {
    const what = `external data (tensor ${tensor}) of the model ${modelPath}`;
    checkLocation(location, what);
    const path = await resolveInside(location, { base: dirname(modelPath), root, what });
    const { size } = await stat(path);
    if (size < bytes) {
      throw new CareError(
        'ARTIFACT_CORRUPT',
        `The ${what} needs ${bytes} bytes of ${path}, which has ${size}.`,
        {
          details: { path, size, needed: bytes },
        },
      );
    }
    files.push({ location, path, size });
  }
  return files;
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
