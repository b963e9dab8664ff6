import { readFile } from 'node:fs/promises';
import { CareError, PLUGIN_NAME_PATTERN, parseModelReference } from '@care/registry-core';
import { z } from 'zod';
import { usageError } from '../options/usage-error.js';
import { writeWhole } from '../output/write-whole.js';

export const LOCK_FILE_NAME = 'care.lock.json';

const text = z.string().min(1).max(1024);

const lockedFile = z.strictObject({
  name: text,
  role: z.enum(['model', 'external-data', 'other']),
  /** Bytes. */
  size: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const lockedVariant = z.strictObject({
  id: text,
  format: text,
  precision: text,
  files: z.array(lockedFile).min(1),
});

const lockedModel = z.strictObject({
  registry: z.string().regex(PLUGIN_NAME_PATTERN),
  model_id: text,
  /** Version or revision, as it follows the `@` of a reference; absent for a model without one. */
  version: text.optional(),
  variants: z.array(lockedVariant).min(1),
});

/** `care.lock.json`: by reference, as the host writes it, what that is. */
export const lockFileSchema = z.strictObject({
  lockfile_version: z.literal(1),
  models: z.record(z.string().refine(isReference, 'expected a model reference'), lockedModel),
});

export type LockFile = z.output<typeof lockFileSchema>;
export type LockedModel = z.output<typeof lockedModel>;
export type LockedVariant = z.output<typeof lockedVariant>;
export type LockedFile = z.output<typeof lockedFile>;

function isReference(reference: string): boolean {
  try {
    parseModelReference(reference);
    return true;
  } catch {
    return false;
  }
}

/** @throws CareError MANIFEST_INVALID that names the field */
export function parseLockFile(content: string, path: string): LockFile {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw invalid(path, `it is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  const parsed = lockFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(
    path,
    `$${(issue?.path ?? []).map((key) => `[${JSON.stringify(key)}]`).join('')}: ${issue?.message ?? ''}`,
  );
}

/** Always the same text for the same content: references in the order of their characters, one line break at the end. */
export function formatLockFile({ lockfile_version, models }: LockFile): string {
  const sorted = Object.entries(models).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const ordered = sorted.map(([reference, { registry, model_id, version, variants }]): [string, object] => [
    reference,
    {
      ...{ registry, model_id, ...(version === undefined ? {} : { version }) },
      variants: variants.map(({ id, format, precision, files }) => ({
        ...{ id, format, precision },
        files: files.map(({ name, role, size, sha256 }) => ({ name, role, size, sha256 })),
      })),
    },
  ]);
  return `${JSON.stringify({ lockfile_version, models: Object.fromEntries(ordered) }, undefined, 2)}\n`;
}

/** Undefined when there is none. @throws CareError MANIFEST_INVALID */
export async function readLockFile(path: string): Promise<LockFile | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw usageError(
      `The lock file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Name a file that can be read by --lock FILE.',
      error,
    );
  }
  return parseLockFile(content, path);
}

/** Whole or not at all. @throws CareError OUTPUT_FAILED */
export async function writeLockFile(path: string, lock: LockFile): Promise<void> {
  await writeWhole(path, formatLockFile(lock), 'The lock file');
}

function invalid(path: string, problem: string, cause?: unknown): CareError {
  return new CareError('MANIFEST_INVALID', `The lock file ${path} cannot be used: ${problem}.`, {
    remedy: 'Take it from version control again, or write a new one by `care lock REF...`.',
    details: { path },
    cause,
  });
}
