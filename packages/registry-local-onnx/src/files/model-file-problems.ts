import { resolve, dirname } from 'node:path';
import { verifyFileHash, type ManifestProblem } from '@care/model-manifest';
import { isCareError, type CareErrorCode } from '@care/registry-core';
import type { BrokenManifest, LocalManifest } from '../scan/directory-scan.js';
import { disagreements, type ModelFiles } from './model-files.js';
import { mainModelFile, namedModelFiles, type NamedModelFile } from './named-model-files.js';

/** What is wrong with the model files of one manifest. */
export interface ModelFileProblems {
  readonly problems: readonly ManifestProblem[];
  /** The files that the manifest speaks of, as they are named and as they are found: absolute paths. */
  readonly described: readonly string[];
}

/**
 * Everything at once: every model file, its external data, its stated hash, and where it and the manifest disagree. One file that
 * cannot be used does not hide what is wrong with the next.
 * @throws CareError `ABORTED`
 */
export async function modelFileProblems(
  local: LocalManifest,
  files: ModelFiles,
  signal?: AbortSignal,
): Promise<ModelFileProblems> {
  const problems: ManifestProblem[] = [];
  const described: string[] = [];
  for (const file of namedModelFiles(local.manifest)) {
    described.push(namedPath(local, file));
    const own = await collected(local, file, async (fail) => {
      const { facts, externalFailures } = await files.readFile(local.found, file, signal);
      described.push(facts.path, ...(facts.externalFiles ?? []).map(({ path }) => path));
      problems.push(...disagreements(local, file, facts));
      externalFailures.forEach(fail);
      if (file.sha256 !== undefined) await verifyFileHash(facts.path, file.sha256, signal);
    });
    problems.push(...own);
  }
  return { problems, described };
}

/** As far as the model file of a manifest that cannot be used can be told: whether it is there, and intact. */
export async function brokenManifestFileProblems(
  broken: BrokenManifest,
  files: ModelFiles,
  signal?: AbortSignal,
): Promise<readonly ManifestProblem[]> {
  const { found, parsed } = broken;
  const modelPath = parsed.manifest?.model_path ?? parsed.modelPath;
  if (modelPath === undefined) return [];
  if (parsed.manifest !== undefined) {
    return (await modelFileProblems({ found, parsed, manifest: parsed.manifest }, files, signal)).problems;
  }
  // What is no path to an ONNX file at all has been told already.
  if (parsed.problems.some(({ jsonPath }) => jsonPath === '$.model_path')) return [];
  const file = mainModelFile(modelPath);
  return collected(broken, file, async (fail) => {
    const { externalFailures } = await files.readFile(found, file, signal);
    externalFailures.forEach(fail);
  });
}

async function collected(
  { found, parsed }: Pick<LocalManifest, 'found' | 'parsed'>,
  { jsonPath, modelPath }: NamedModelFile,
  check: (fail: (error: unknown) => void) => Promise<void>,
): Promise<ManifestProblem[]> {
  const problems: ManifestProblem[] = [];
  const fail = (error: unknown): void => {
    const told = isCareError(error) ? TOLD[error.code] : undefined;
    if (!isCareError(error) || told === undefined) throw error;
    problems.push({
      file: found.label,
      ...parsed.locate(jsonPath),
      found: `${JSON.stringify(modelPath)}, ${told.found}: ${asClause(error.message)}`,
      expected: told.expected,
      severity: 'error',
    });
  };
  try {
    await check(fail);
  } catch (error) {
    fail(error);
  }
  return problems;
}

const TOLD: Partial<Record<CareErrorCode, { readonly found: string; readonly expected: string }>> = {
  ARTIFACT_MISSING: {
    found: 'which is not there to be read',
    expected: 'an ONNX file with all its external data, named by a path from the manifest on',
  },
  ARTIFACT_CORRUPT: {
    found: 'which is not the intact model that is meant',
    expected:
      'an intact ONNX export (a copy or download may have been cut short) with the `sha256` that is stated, if one is',
  },
  PATH_FORBIDDEN: {
    found: 'which leads outside',
    expected: 'a path that stays below the models directory, links resolved (or `allowOutside`)',
  },
};

const namedPath = ({ found }: LocalManifest, { modelPath }: NamedModelFile): string =>
  resolve(dirname(found.path), modelPath);

/** A message that follows a colon. */
const asClause = (message: string): string =>
  message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
