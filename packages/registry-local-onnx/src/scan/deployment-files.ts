import { readFile } from 'node:fs/promises';
import { parseDeployment, type ManifestProblem, type ParsedDeployment } from '@care/model-manifest';
import type { DeploymentSpec } from '@care/registry-core';
import type { FoundFile } from './find-manifests.js';

const SUFFIX = '.deployment.json';

/** What the directory states of the deployment of one model. */
export interface LocalDeployment {
  readonly found: FoundFile;
  /** That of the file's name: `<model_id>.deployment.json`. */
  readonly modelId: string;
  /** Absent when the file cannot be used. */
  readonly spec?: DeploymentSpec;
  readonly problems: readonly ManifestProblem[];
}

/** Reads deployment files. Never throws: what is wrong is in the result. */
export async function readDeployments(files: readonly FoundFile[]): Promise<readonly LocalDeployment[]> {
  const read = await Promise.all(files.map(readDeployment));
  return withoutRivals(read.flatMap((one) => one ?? []));
}

async function readDeployment(found: FoundFile): Promise<LocalDeployment | undefined> {
  const modelId = nameOf(found.label).slice(0, -SUFFIX.length);
  try {
    const parsed = parseDeployment(await readFile(found.realPath), found.label, found.path);
    return { found, modelId, ...checkedId(parsed, modelId) };
  } catch (error) {
    // Removed between listing and reading: it is not there, and nothing is lost.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    const what = { found: `an unreadable file (${reason})`, expected: 'a file that may be read' };
    return { found, modelId, problems: [problem(found, what)] };
  }
}

function checkedId(
  { spec, problems, file }: ParsedDeployment,
  modelId: string,
): Pick<LocalDeployment, 'spec' | 'problems'> {
  if (spec === undefined || spec.modelId === modelId)
    return { problems, ...(spec === undefined ? {} : { spec }) };
  const what = {
    found: JSON.stringify(spec.modelId),
    expected: `${JSON.stringify(modelId)}, as in the file's name`,
  };
  return { problems: [...problems, { file, jsonPath: '$.model_id', ...what, severity: 'error' }] };
}

/** Two files for one model: nobody can tell which is meant, so neither is used. */
function withoutRivals(read: readonly LocalDeployment[]): LocalDeployment[] {
  return read.map((one) => {
    const rivals = read.filter((other) => other !== one && other.modelId === one.modelId);
    if (rivals.length === 0) return one;
    const { found, modelId, problems } = one;
    const others = rivals.map((rival) => rival.found.label).join(', ');
    const what = { found: `a second deployment of ${modelId}, as ${others}`, expected: 'one for each model' };
    return { found, modelId, problems: [...problems, problem(found, what)] };
  });
}

function problem({ label }: FoundFile, what: Pick<ManifestProblem, 'found' | 'expected'>): ManifestProblem {
  return { file: label, jsonPath: '$', ...what, severity: 'error' };
}

const nameOf = (label: string): string => label.slice(label.lastIndexOf('/') + 1);
