import { CareError, type ArtifactFile, type ModelVariant, type ResolvedModel } from '@care/registry-core';
import type { LockedFile, LockedModel, LockedVariant } from './lock-file.js';

/** What a file is, as far as it is known. */
export type KnownFile = Pick<ArtifactFile, 'name' | 'role' | 'size' | 'sha256'>;

/** How what a registry offers is not what was locked, for people; empty when it is. */
export function modelDifferences(
  reference: string,
  locked: LockedModel,
  { registry, package: { modelId, version, variants } }: ResolvedModel,
): string[] {
  const differences = [
    ...unlike(`${reference}: registry`, locked.registry, registry),
    ...unlike(`${reference}: model`, locked.model_id, modelId),
    ...unlike(`${reference}: version`, locked.version ?? 'none', version ?? 'none'),
  ];
  for (const wanted of locked.variants) {
    const found = variants.find(({ id }) => id === wanted.id);
    if (found === undefined) {
      differences.push(`${reference}: variant ${wanted.id} is no longer offered`);
    } else differences.push(...variantDifferences(reference, wanted, found));
  }
  return differences;
}

function variantDifferences(reference: string, wanted: LockedVariant, found: ModelVariant): string[] {
  const where = `${reference}: variant ${wanted.id}`;
  return [
    ...unlike(`${where}: format`, wanted.format, found.format),
    ...unlike(`${where}: precision`, wanted.precision, found.precision),
    ...fileDifferences(where, wanted.files, found.artifacts),
  ];
}

/** Sizes and checksums that are not known of `found` are no difference. */
export function fileDifferences(
  where: string,
  wanted: readonly LockedFile[],
  found: readonly KnownFile[],
): string[] {
  const missing = wanted.filter(({ name }) => !found.some((file) => file.name === name));
  const added = found.filter(({ name }) => !wanted.some((file) => file.name === name));
  const both = wanted.flatMap((file) => {
    const other = found.find(({ name }) => name === file.name);
    if (other === undefined) return [];
    const at = `${where}: file ${file.name}`;
    return [
      ...unlike(`${at}: role`, file.role, other.role),
      ...unlike(`${at}: size`, file.size, other.size ?? file.size),
      ...unlike(`${at}: sha256`, file.sha256, other.sha256 ?? file.sha256),
    ];
  });
  return [
    ...missing.map(({ name }) => `${where}: file ${name} is no longer offered`),
    ...added.map(({ name }) => `${where}: file ${name} is not in the lock file`),
    ...both,
  ];
}

function unlike(what: string, locked: string | number, found: string | number): string[] {
  return locked === found ? [] : [`${what} is ${found}, locked is ${locked}`];
}

export function lockMismatch(path: string, differences: readonly string[]): CareError {
  const list = differences.map((difference) => `\n  ${difference}`).join('');
  return new CareError('LOCK_MISMATCH', `This is not what ${path} says:${list}`, {
    details: { path, differences },
  });
}
