import { dirname, join } from 'node:path';
import { CareError } from '@care/registry-core';
import {
  fieldError,
  fieldOf,
  listOf,
  parseJson,
  textOf,
  wholeNumberOf,
  type JsonField,
} from '../evaluate/ground-truth/json-fields.js';
import { kindOfPath, pathBelow, readText } from './dataset-files.js';
import type { Dataset, DatasetClass, DatasetRequest } from './dataset.js';

/** A picture and its class. */
export interface ClassLabel {
  /** Relative to the folder of the list. It is input: keep it below that folder. */
  readonly file: string;
  /** Number of the class, when the list has one. */
  readonly index?: number;
  /** WordNet id and name, what there is of them. */
  readonly names: readonly string[];
}

/**
 * Reads a JSON list of `{ "file": "a.jpg", "index": 0, "wnid": "n01440764", "name": "tench" }`, where one of the last three is
 * enough; other keys are not looked at.
 * @throws CareError INPUT_INVALID naming file and JSON path
 */
export function parseClassLabels(text: string, file: string): ClassLabel[] {
  return listOf(parseJson(text, file)).map((field) => {
    const index = fieldOf(field, 'index');
    const names = [fieldOf(field, 'wnid'), fieldOf(field, 'name')].filter(({ value }) => value !== undefined);
    if (index.value === undefined && names.length === 0) {
      throw fieldError(field, 'has neither index nor wnid nor name');
    }
    return {
      file: textOf(fieldOf(field, 'file')),
      ...(index.value === undefined ? {} : { index: wholeNumberOf(index) }),
      names: names.map(textOf),
    };
  });
}

/** A list of pictures with their classes, see {@link parseClassLabels}; a folder has it as `labels.json`. */
export async function openLabelsJson({ path, images }: DatasetRequest): Promise<Dataset> {
  const file = (await kindOfPath(path)) === 'file' ? path : join(path, 'labels.json');
  const labels = parseClassLabels(await readText(file), file);
  if (labels.length === 0) throw new CareError('INPUT_INVALID', `${file} lists no picture`);
  const classes = new Map<string, DatasetClass>();
  const folder = images ?? dirname(file);
  const root: JsonField = { value: labels, path: '', file };
  const numbered = labels.every(({ index }) => index !== undefined);
  const seen = new Set<string>();
  return {
    ...{ format: 'labels-json', path, truth: 'class' },
    images: labels.map(({ file: name, index, names }, place) => {
      if (seen.has(name)) throw fieldError({ ...root, path: `[${place}].file` }, `repeats ${name}`);
      seen.add(name);
      const key = numbered ? String(index) : (names[0] ?? String(index));
      const known = classes.get(key) ?? { id: numbered ? (index ?? 0) : classes.size, names };
      classes.set(key, known);
      const truths = [{ classId: known.id }];
      return { id: name, name, path: pathBelow(folder, name), truths: () => truths };
    }),
    classes: [...classes.values()].toSorted((a, b) => a.id - b.id),
    notes: [],
  };
}
