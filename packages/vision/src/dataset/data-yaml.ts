import { CareError } from '@care/registry-core';
import { LineCounter, parseDocument } from 'yaml';
import {
  fieldError,
  fieldOf,
  listOf,
  textOf,
  wholeNumberOf,
  type JsonField,
} from '../evaluate/ground-truth/json-fields.js';
import type { DatasetClass } from './dataset.js';

/** What the YAML file of a YOLO data set says; fields that are not read are not looked at. */
export interface DataYaml {
  readonly file: string;
  /** `names`: a list, or a map from ids. */
  readonly classes?: readonly DatasetClass[];
  /** `kpt_shape`. */
  readonly keypoints?: { readonly count: number; readonly values: 2 | 3 };
  /** `path`: where the other paths begin. */
  readonly root?: string;
  /** Folder of the pictures to validate with: `val`, else `test`. */
  readonly images?: string;
}

/** @throws CareError INPUT_INVALID naming file, line or field, and reason */
export function parseDataYaml(text: string, file: string): DataYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new CareError('INPUT_INVALID', `${file}:${line}:${col}: ${error.message}`, {
      remedy: 'Correct the YAML file.',
      details: { file, line },
    });
  }
  const root: JsonField = { value: toPlain(() => document.toJS(), file), path: '', file };
  if (root.value === null || root.value === undefined) return { file };
  const names = fieldOf(root, 'names');
  const shape = fieldOf(root, 'kpt_shape');
  const path = fieldOf(root, 'path');
  const images = [fieldOf(root, 'val'), fieldOf(root, 'test')].find(({ value }) => value !== undefined);
  return {
    file,
    ...(names.value === undefined ? {} : { classes: readNames(names) }),
    ...(shape.value === undefined ? {} : { keypoints: readShape(shape) }),
    ...(path.value === undefined ? {} : { root: textOf(path) }),
    // A list of folders, or of files, is not read: `--images` says which is meant.
    ...(typeof images?.value === 'string' ? { images: images.value } : {}),
  };
}

/** Too many aliases are refused by the parser when it makes values of them. */
function toPlain(make: () => unknown, file: string): unknown {
  try {
    return make();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CareError('INPUT_INVALID', `${file} cannot be read: ${reason}`, { details: { file }, cause });
  }
}

function readNames(names: JsonField): DatasetClass[] {
  if (Array.isArray(names.value)) {
    return listOf(names).map((field, id) => ({ id, names: [nameOf(field)] }));
  }
  if (typeof names.value !== 'object' || names.value === null) {
    throw fieldError(names, 'is neither a list of names nor a map from class ids to names');
  }
  return Object.keys(names.value)
    .map((key) => {
      if (!/^\d{1,9}$/.test(key))
        throw fieldError(names, `has the key ${JSON.stringify(key)}, not a class id`);
      return { id: Number(key), names: [nameOf(fieldOf(names, key))] };
    })
    .toSorted((a, b) => a.id - b.id);
}

/** YAML takes `no` for false and `7` for a number; as names they are texts. */
function nameOf(field: JsonField): string {
  const { value } = field;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : textOf(field);
}

function readShape(shape: JsonField): { count: number; values: 2 | 3 } {
  const [count = 0, values, ...more] = listOf(shape).map(wholeNumberOf);
  if (count < 1 || (values !== 2 && values !== 3) || more.length > 0) {
    throw fieldError(shape, 'is not [keypoints, 2 or 3]');
  }
  return { count, values };
}
