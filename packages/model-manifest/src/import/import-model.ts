import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CareError } from '@care/registry-core';
import { checkManifestAgainstModel } from '../check/check-model.js';
import { parseManifest, type ParsedManifest } from '../manifest/parse-manifest.js';
import type { Manifest } from '../manifest/manifest-schema.js';
import { requireManifest } from '../manifest/read-manifest.js';
import { readOnnxFile } from '../onnx/read-onnx.js';
import { isError, problemsError } from '../problem/manifest-problem.js';
import { COCO_CLASSES } from './coco-classes.js';
import { inferManifest, type ImportFlags } from './infer-manifest.js';
import {
  formatManifest,
  manifestPathOf,
  writeManifest,
  type WriteManifestOptions,
} from './write-manifest.js';

export interface ImportOptions extends ImportFlags, WriteManifestOptions {
  /** Infer and check, but write nothing. Default false. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface ImportedModel {
  readonly manifestPath: string;
  readonly manifest: Manifest;
  readonly notes: readonly string[];
}

/**
 * What `care import FILE.onnx` does: reads the file, infers its manifest, checks that the two agree, and writes the manifest beside it.
 * @throws CareError `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `OPTIONS_INVALID` (see {@link inferManifest}), `MODEL_INCOMPATIBLE`
 */
export async function importModel(modelFile: string, flags: ImportOptions = {}): Promise<ImportedModel> {
  if (!modelFile.endsWith('.onnx')) {
    throw new CareError('OPTIONS_INVALID', `${modelFile} does not end in .onnx.`, {
      remedy: 'Name an ONNX file.',
    });
  }
  const facts = await readOnnxFile(modelFile, flags.signal === undefined ? {} : { signal: flags.signal });
  const { manifest, notes } = inferManifest(basename(modelFile), facts, flags);
  const manifestPath = manifestPathOf(modelFile);
  // Through the parser, as it will be read: a flag may have put something into it that no manifest may hold.
  const parsed: ParsedManifest = parseManifest(formatManifest(manifest), manifestPath);
  requireManifest(parsed);
  const problems = checkManifestAgainstModel(manifest, facts, parsed).filter(isError);
  if (problems.length > 0) {
    throw problemsError(
      'MODEL_INCOMPATIBLE',
      `What is said about ${modelFile} does not fit the file`,
      problems,
      'Correct the flags.',
    );
  }
  if (flags.dryRun !== true) await writeManifest(modelFile, manifest, flags);
  return { manifestPath, manifest, notes };
}

/**
 * The value of `--classes`: `coco`, names with commas between them, or a file with one name a line.
 * @throws CareError `OPTIONS_INVALID` when the file cannot be read or holds nothing
 */
export async function readClasses(value: string): Promise<readonly string[]> {
  if (value.toLowerCase() === 'coco') return COCO_CLASSES;
  if (value.includes(',')) return nonEmpty(value.split(','), value);
  let text: string;
  try {
    text = await readFile(value, 'utf8');
  } catch (cause) {
    throw new CareError('OPTIONS_INVALID', `--classes ${value} is no file that can be read.`, {
      remedy:
        'Name a text file with one class a line, or write the names with commas between them (one name: with a comma after it).',
      cause,
    });
  }
  return nonEmpty(text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/), value);
}

function nonEmpty(names: readonly string[], value: string): readonly string[] {
  const trimmed = names.map((name) => name.trim());
  while (trimmed.at(-1) === '') trimmed.pop();
  if (trimmed.length > 0) return trimmed;
  throw new CareError('OPTIONS_INVALID', `--classes ${value} names no class.`);
}
