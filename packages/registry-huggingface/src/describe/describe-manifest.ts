import { posix, win32 } from 'node:path';
import { parseManifest, requireManifest, variantFormat, type Manifest } from '@care/model-manifest';
import { CareError } from '@care/registry-core';
import type { HubFile } from '../hub/hub-file.js';
import type { ModelOptions } from '../options.js';
import { findVariants } from '../variants/find-variants.js';
import type { DescribedVariant, Description } from './description.js';
import { fileAt, type RepositorySource } from './repository-source.js';
import { withOptions } from './with-options.js';

/** A CARE manifest at the root of a repository. */
export const MANIFEST_FILE = 'care.json';

/**
 * A repository with a manifest of CARE: its paths are files of the repository.
 * @throws CareError MANIFEST_INVALID, PATH_FORBIDDEN, ARTIFACT_MISSING
 */
export async function describeManifest(
  source: RepositorySource,
  options: ModelOptions,
): Promise<Description> {
  const { repo, commit } = source;
  const label = `${MANIFEST_FILE} of ${repo} at ${commit.slice(0, 12)}`;
  const file = namedFile(source, MANIFEST_FILE, label, 'the manifest');
  const manifest = withOptions(requireManifest(parseManifest(await source.bytes(file), label)), options);
  const taken = new Set((manifest.variants ?? []).flatMap(({ id }) => id ?? []));
  const main = variantOf(
    source,
    label,
    'model_path',
    { model_path: manifest.model_path },
    taken,
    manifest.sha256,
  );
  const others = (manifest.variants ?? []).map((variant, index) =>
    variantOf(source, label, `variants[${index}].model_path`, variant, taken, variant.sha256),
  );
  return {
    repo,
    commit,
    manifest,
    variants: [main, ...others],
    probes: (manifest.probes ?? []).map(({ image }, index) =>
      namedFile(source, image, label, `probes[${index}].image`),
    ),
    beside: source.files.filter(({ path }) => /data(?:_\d+)?$|\.bin$|\.weights$/i.test(path)),
  };
}

type StatedVariant = Partial<NonNullable<Manifest['variants']>[number]> & { readonly model_path: string };

function variantOf(
  source: RepositorySource,
  label: string,
  field: string,
  stated: StatedVariant,
  taken: Set<string>,
  sha256: string | undefined,
): DescribedVariant {
  const model = namedFile(source, stated.model_path, label, field);
  checkHash(model, sha256, label);
  const found = findVariants(source.files, model.path);
  const [named] = 'variants' in found ? found.variants : [];
  const format = variantFormat(stated, model.path);
  const precision = stated.precision ?? named?.precision ?? 'fp32';
  const folder = posix.dirname(model.path);
  const external = (named?.external ?? []).map((file) => ({
    ...file,
    role: 'external-data' as const,
    name: posix.relative(folder, file.path),
  }));
  return {
    id: stated.id ?? uniqueId(`${format}-${precision}`, taken),
    format,
    precision,
    files: [{ ...model, role: 'model', name: posix.basename(model.path) }, ...external],
  };
}

function uniqueId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number++) id = `${wanted}-${number}`;
  taken.add(id);
  return id;
}

function namedFile(source: RepositorySource, path: string, label: string, field: string): HubFile {
  const plain = posix.normalize(path);
  if (posix.isAbsolute(path) || win32.isAbsolute(path) || plain.startsWith('../') || path.includes('\\')) {
    throw new CareError(
      'PATH_FORBIDDEN',
      `${field} of ${label} is ${path}, which is no file of the repository.`,
      {
        remedy: 'Write a path relative to the root of the repository, with "/".',
        details: { file: label, field, path },
      },
    );
  }
  const file = fileAt(source, plain);
  if (file !== undefined) return file;
  throw new CareError(
    'ARTIFACT_MISSING',
    `${field} of ${label} names ${path}, which the repository does not have.`,
    {
      remedy: 'Add the file to the repository, or correct the path in care.json.',
      details: { file: label, field, path },
    },
  );
}

/** What the manifest says and what the Hub says of a file must be one thing: nothing needs to be downloaded to see that it is not. */
function checkHash({ path, sha256 }: HubFile, stated: string | undefined, label: string): void {
  if (stated === undefined || sha256 === undefined || stated.toLowerCase() === sha256) return;
  throw new CareError(
    'ARTIFACT_CORRUPT',
    `${label} states the SHA-256 ${stated.toLowerCase()} for ${path}, which has ${sha256} in the repository.`,
    { remedy: 'Correct `sha256` in care.json, or restore the file.', details: { file: label, path } },
  );
}
