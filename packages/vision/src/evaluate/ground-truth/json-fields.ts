import { CareError } from '@care/registry-core';

/** A value of a parsed JSON file with its place, for errors that name both. */
export interface JsonField {
  readonly value: unknown;
  /** E.g. `annotations[3].bbox`; empty for the whole file. */
  readonly path: string;
  readonly file: string;
}

/** @throws CareError INPUT_INVALID when the text is not JSON */
export function parseJson(text: string, file: string): JsonField {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return { value, path: '', file };
  } catch (cause) {
    throw new CareError('INPUT_INVALID', `${file} is not JSON`, {
      remedy: 'Give the annotation file itself, whole and unpacked.',
      details: { file },
      cause,
    });
  }
}

/** An INPUT_INVALID that names file and path. */
export function fieldError({ file, path }: JsonField, reason: string): CareError {
  const place = path === '' ? file : `${file}: ${path}`;
  return new CareError('INPUT_INVALID', `${place} ${reason}`, {
    remedy: 'Correct the annotation file.',
    details: { file, path },
  });
}

/** A field of an object; its value is undefined when it is absent or null. @throws CareError INPUT_INVALID when there is no object */
export function fieldOf(parent: JsonField, name: string): JsonField {
  const object: unknown = parent.value;
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw fieldError(parent, 'is not an object');
  }
  const own = Object.getOwnPropertyDescriptor(object, name);
  const value: unknown = own?.value ?? undefined;
  return { value, path: parent.path === '' ? name : `${parent.path}.${name}`, file: parent.file };
}

/** @throws CareError INPUT_INVALID when it is not a list */
export function listOf(field: JsonField): JsonField[] {
  if (!Array.isArray(field.value)) throw fieldError(field, 'is not a list');
  const values: readonly unknown[] = field.value;
  return values.map((value, index) => ({ value, path: `${field.path}[${index}]`, file: field.file }));
}

/** @throws CareError INPUT_INVALID */
export function textOf(field: JsonField): string {
  if (typeof field.value !== 'string') throw fieldError(field, 'is not a text');
  return field.value;
}

/** @throws CareError INPUT_INVALID when it is not a finite number */
export function numberOf(field: JsonField): number {
  const { value } = field;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw fieldError(field, 'is not a finite number');
  return value;
}

/** @throws CareError INPUT_INVALID when it is not a whole number >= 0 */
export function wholeNumberOf(field: JsonField): number {
  const value = numberOf(field);
  if (!Number.isSafeInteger(value) || value < 0) throw fieldError(field, 'is not a whole number >= 0');
  return value;
}

/** A list of numbers; without a path for each, because there are many. @throws CareError INPUT_INVALID */
export function numbersOf(field: JsonField): readonly number[] {
  if (!Array.isArray(field.value)) throw fieldError(field, 'is not a list of numbers');
  const values: readonly unknown[] = field.value;
  return values.map((value, index) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw fieldError({ ...field, path: `${field.path}[${index}]` }, 'is not a finite number');
  });
}
