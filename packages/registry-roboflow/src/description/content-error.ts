import { CareError } from '@care/registry-core';
import type { z } from 'zod';

const MAX_PROBLEMS = 5;

/** Something in a model's own files cannot be used. `file`: which of them, e.g. `environment.json`. */
export function contentError(file: string, problem: string, cause?: unknown): CareError {
  return new CareError('MANIFEST_INVALID', `Roboflow's ${file} cannot be used: ${problem}.`, {
    remedy: 'Export or train the version anew at Roboflow, or describe the model by a local manifest.',
    details: { file, problem },
    cause,
  });
}

/** The model's files are sound, but say something that CARE has no words for. */
export function unsupported(what: string): CareError {
  return new CareError('UNSUPPORTED', `The model from Roboflow cannot be run: ${what}.`, {
    remedy: 'Use a model of a supported kind, or export it to ONNX and describe it by a local manifest.',
    details: { reason: what },
  });
}

/** A value checked by a schema. @throws CareError `MANIFEST_INVALID` naming file and fields */
export function readContent<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw contentError(file, schemaProblems(parsed.error));
}

/** The first problems of a refused value, without the value itself: it may hold signed URLs. */
export function schemaProblems({ issues }: z.ZodError): string {
  const shown = issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => {
    return `${path.map(String).join('.') || 'the document'}: ${message}`.slice(0, 200);
  });
  return shown.join('; ');
}
