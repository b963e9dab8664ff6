import { open } from 'node:fs/promises';
import { CareError } from '@care/registry-core';
import { MAX_JSON_SIZE } from '../json/parse-json.js';
import { isError, problemsError } from '../problem/manifest-problem.js';
import type { Manifest } from './manifest-schema.js';
import { parseManifest, type ParsedManifest } from './parse-manifest.js';

/**
 * Reads and parses a manifest file; at most 4 MiB of it are read. `label` is how problems name it (default: the path).
 * What is wrong with its content is in the result.
 * @throws CareError `MANIFEST_INVALID` when the file cannot be read
 */
export async function readManifestFile(path: string, label: string = path): Promise<ParsedManifest> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.min(size, MAX_JSON_SIZE) + 1);
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return parseManifest(bytes.subarray(0, length), label);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CareError('MANIFEST_INVALID', `The manifest ${label} cannot be read: ${reason}.`, {
      details: { file: label },
      remedy: 'Check that the file exists and may be read.',
      cause,
    });
  }
}

/** The valid manifest of a parse result. @throws CareError `MANIFEST_INVALID` that tells every problem */
export function requireManifest(parsed: ParsedManifest): Manifest {
  if (parsed.manifest !== undefined) return parsed.manifest;
  throw problemsError(
    'MANIFEST_INVALID',
    `The manifest ${parsed.file} is not valid`,
    parsed.problems.filter(isError),
  );
}
