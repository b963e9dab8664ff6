import { parseJson } from '@care/model-manifest';
import { CareError } from '@care/registry-core';
import { z } from 'zod';
import { fileAt, type RepositorySource } from './repository-source.js';

const MAX_BYTES = 16 * 1024 * 1024;

/** A JSON file of the repository by its schema; undefined when there is none. @throws CareError MANIFEST_INVALID */
export async function readJsonFile<Schema extends z.ZodType>(
  source: RepositorySource,
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const file = fileAt(source, path);
  if (file === undefined) return undefined;
  const where = `${path} of ${source.repo} at ${source.commit.slice(0, 12)}`;
  if (file.size > MAX_BYTES) throw invalid(where, `it has ${file.size} bytes, at most ${MAX_BYTES} are read`);
  const { document, problems } = parseJson(await source.bytes(file), { maxSize: MAX_BYTES });
  const [problem] = problems;
  if (document === undefined || problem !== undefined) {
    throw invalid(
      where,
      problem === undefined ? 'it is no JSON' : `it has ${problem.found} at line ${problem.line}`,
    );
  }
  const checked = schema.safeParse(document.value);
  if (checked.success) return checked.data;
  throw invalid(where, z.prettifyError(checked.error));
}

function invalid(where: string, reason: string): CareError {
  return new CareError('MANIFEST_INVALID', `The file ${where} cannot be used: ${reason}.`, {
    remedy:
      'Tell the owner of the repository, or choose another revision; a manifest care.json is read in its place.',
    details: { file: where },
  });
}
