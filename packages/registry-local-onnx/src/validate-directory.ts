import { resolve } from 'node:path';
import { isError, sortProblems, type ManifestProblem } from '@care/model-manifest';
import { brokenManifestFileProblems, modelFileProblems } from './files/model-file-problems.js';
import { ModelFiles } from './files/model-files.js';
import { DirectoryScanner, type DirectoryScan } from './scan/directory-scan.js';

export interface ValidateOptions {
  /** Paths in manifests, and symbolic links, may leave the directory. Default false. */
  readonly allowOutside?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each manifest. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ValidatedModel {
  /** The manifest, relative to the directory, with `/`. */
  readonly file: string;
  readonly modelId: string;
  readonly version?: string;
  /** No error concerns it. */
  readonly valid: boolean;
}

/** All that is wrong in a models directory. */
export interface ValidationReport {
  /** Absolute. */
  readonly directory: string;
  readonly models: readonly ValidatedModel[];
  /** Errors and warnings, sorted by file and position. */
  readonly problems: readonly ManifestProblem[];
  readonly errors: number;
  readonly warnings: number;
}

/**
 * Checks every manifest of a directory, its model files and their external data, what the two say of one another, stated hashes, and model
 * files that no manifest describes. Everything is told at once: what is wrong in one place hides nothing in another. Never throws for
 * what it finds in files.
 * @throws CareError `OPTIONS_INVALID` (no directory but a file), `REGISTRY_UNAVAILABLE` (unreadable), `ABORTED`
 */
export async function validateDirectory(
  dir: string,
  options: ValidateOptions = {},
): Promise<ValidationReport> {
  const { allowOutside = false, signal, onProgress } = options;
  const settings = { dir: resolve(dir), enabled: true, allowOutside, strict: false, polling: false };
  const scan = await new DirectoryScanner(settings.dir, settings).scan();
  const files = new ModelFiles(settings);
  const problems: ManifestProblem[] = [...scan.problems, ...emptyProblem(settings.dir, scan)];
  const models: ValidatedModel[] = scan.broken.map(({ found, modelId, version }) => ({
    file: found.label,
    modelId,
    ...(version === undefined ? {} : { version }),
    valid: false,
  }));
  for (const broken of scan.broken)
    problems.push(...(await brokenManifestFileProblems(broken, files, signal)));
  const described = new Set<string>();
  for (const [index, local] of scan.usable.entries()) {
    const { problems: own, described: paths } = await modelFileProblems(local, files, signal);
    problems.push(...own);
    for (const path of paths) described.add(path);
    const { model_id: modelId, version } = local.manifest;
    models.push({
      file: local.found.label,
      modelId,
      ...(version === undefined ? {} : { version }),
      valid: !own.some(isError),
    });
    onProgress?.(index + 1, scan.usable.length);
  }
  problems.push(...undescribed(scan, described));
  return {
    directory: settings.dir,
    models: models.sort((a, b) => (a.file < b.file ? -1 : 1)),
    problems: sortProblems(problems),
    errors: problems.filter(isError).length,
    warnings: problems.filter((problem) => !isError(problem)).length,
  };
}

function emptyProblem(dir: string, { exists, usable, broken }: DirectoryScan): ManifestProblem[] {
  if (exists && usable.length + broken.length > 0) return [];
  const found = exists ? 'no manifest (*.json)' : 'no such directory';
  return [{ file: dir, jsonPath: '$', found, expected: 'a directory with manifests', severity: 'warning' }];
}

/** Only told when every manifest could be read: a broken one may well describe the file. */
function undescribed({ models, broken }: DirectoryScan, described: ReadonlySet<string>): ManifestProblem[] {
  if (broken.length > 0) return [];
  return models
    .filter(({ path, realPath }) => !described.has(path) && !described.has(realPath))
    .map(({ label }) => ({
      file: label,
      jsonPath: '$',
      found: 'a model file that no manifest describes',
      expected: 'a manifest beside it; `care import` writes one',
      severity: 'warning' as const,
    }));
}
