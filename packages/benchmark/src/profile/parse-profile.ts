import { CareError } from '@care/registry-core';
import type { z } from 'zod';
import { profileSchema, type Profile } from './profile.js';

/** @throws CareError MANIFEST_INVALID that names the file and the first wrong field */
export function parseProfile(content: string, file: string): Profile {
  return checked(profileSchema, parseJson(content, file), file);
}

/** @throws CareError MANIFEST_INVALID */
export function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw invalid(file, 'is no JSON', cause);
  }
}

/** @throws CareError MANIFEST_INVALID */
export function checked<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join('.') ?? '';
  throw invalid(file, `${field === '' ? '' : `${field}: `}${issue?.message ?? 'is not valid'}`, parsed.error);
}

function invalid(file: string, problem: string, cause: unknown): CareError {
  return new CareError('MANIFEST_INVALID', `benchmark profile ${file}: ${problem}`, {
    remedy: 'Delete the file and measure again with `care bench`.',
    details: { file },
    cause,
  });
}
