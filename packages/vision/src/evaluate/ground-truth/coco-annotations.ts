import type { Rle } from '../../masks/rle.js';
import type { Box } from '../../tasks/task.js';
import type { TrueObject } from '../evaluation-input.js';
import type { TrueKeypoint } from '../object-keypoint-similarity.js';
import { readSegmentation } from './coco-segmentation.js';
import {
  fieldError,
  fieldOf,
  listOf,
  numberOf,
  numbersOf,
  parseJson,
  textOf,
  wholeNumberOf,
  type JsonField,
} from './json-fields.js';

export interface CocoImage {
  readonly id: number;
  /** As in the file: relative to a folder that the file does not name. It is input: keep it below that folder. */
  readonly fileName: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface CocoCategory {
  readonly id: number;
  readonly name: string;
  /** Names of the keypoints, when it has them. */
  readonly keypoints?: readonly string[];
}

/** An annotation in pixels; `classId` is the file's category id. */
export interface CocoTruth extends TrueObject {
  readonly imageId: number;
  readonly box: Box;
  readonly crowd: boolean;
  readonly mask?: Rle;
  readonly keypoints?: readonly TrueKeypoint[];
}

export interface CocoGroundTruth {
  readonly images: readonly CocoImage[];
  readonly categories: readonly CocoCategory[];
  readonly truths: readonly CocoTruth[];
}

export interface CocoAnnotationOptions {
  /** Named in errors. */
  readonly file: string;
  /** Reads `segmentation`, which every annotation then must have. Default false: it costs time and memory. */
  readonly masks?: boolean;
  /** Reads `keypoints`, which every annotation then must have. Default false. */
  readonly keypoints?: boolean;
}

/**
 * Reads the text of a COCO annotation file (`instances_*.json`, `person_keypoints_*.json`). As the COCO API, `ignore` of the file
 * is not read and `iscrowd` is 0 when absent.
 * @throws CareError INPUT_INVALID naming file, JSON path and reason: wrong types, unknown or repeated ids, broken masks
 */
export function parseCocoAnnotations(text: string, options: CocoAnnotationOptions): CocoGroundTruth {
  const root = parseJson(text, options.file);
  const images = byId(fieldOf(root, 'images'), readImage);
  const categories = byId(fieldOf(root, 'categories'), readCategory);
  const truths = listOf(fieldOf(root, 'annotations')).map((field) =>
    readTruth(field, images, categories, options),
  );
  return { images: [...images.values()], categories: [...categories.values()], truths };
}

function byId<T extends { readonly id: number }>(
  list: JsonField,
  read: (field: JsonField) => T,
): Map<number, T> {
  const entries = new Map<number, T>();
  for (const field of listOf(list)) {
    const entry = read(field);
    if (entries.has(entry.id)) throw fieldError(fieldOf(field, 'id'), `repeats ${entry.id}`);
    entries.set(entry.id, entry);
  }
  return entries;
}

function readImage(field: JsonField): CocoImage {
  return {
    id: wholeNumberOf(fieldOf(field, 'id')),
    fileName: textOf(fieldOf(field, 'file_name')),
    width: wholeNumberOf(fieldOf(field, 'width')),
    height: wholeNumberOf(fieldOf(field, 'height')),
  };
}

function readCategory(field: JsonField): CocoCategory {
  const keypoints = fieldOf(field, 'keypoints');
  return {
    id: wholeNumberOf(fieldOf(field, 'id')),
    name: textOf(fieldOf(field, 'name')),
    ...(keypoints.value === undefined ? {} : { keypoints: listOf(keypoints).map(textOf) }),
  };
}

function readTruth(
  field: JsonField,
  images: ReadonlyMap<number, CocoImage>,
  categories: ReadonlyMap<number, CocoCategory>,
  { masks = false, keypoints = false }: CocoAnnotationOptions,
): CocoTruth {
  const image = known(fieldOf(field, 'image_id'), images, 'images');
  const category = known(fieldOf(field, 'category_id'), categories, 'categories');
  const area = fieldOf(field, 'area');
  return {
    imageId: image.id,
    classId: category.id,
    box: readBox(fieldOf(field, 'bbox')),
    crowd: readCrowd(fieldOf(field, 'iscrowd')),
    ...(area.value === undefined ? {} : { area: numberOf(area) }),
    ...(masks ? { mask: readSegmentation(fieldOf(field, 'segmentation'), image) } : {}),
    ...(keypoints ? { keypoints: readKeypoints(fieldOf(field, 'keypoints'), category) } : {}),
  };
}

function known<T>(field: JsonField, entries: ReadonlyMap<number, T>, list: string): T {
  const id = wholeNumberOf(field);
  const entry = entries.get(id);
  if (entry === undefined) throw fieldError(field, `is ${id}, which is not among the ${list}`);
  return entry;
}

function readBox(field: JsonField): Box {
  const [x = 0, y = 0, width = 0, height = 0, ...more] = numbersOf(field);
  if (numbersOf(field).length < 4 || more.length > 0 || width < 0 || height < 0) {
    throw fieldError(field, 'is not [x, y, width, height] with sides >= 0');
  }
  return [x, y, x + width, y + height];
}

function readCrowd({ value, ...field }: JsonField): boolean {
  if (value === undefined || value === 0 || value === false) return false;
  if (value === 1 || value === true) return true;
  throw fieldError({ value, ...field }, 'is not 0 or 1');
}

function readKeypoints(field: JsonField, category: CocoCategory): TrueKeypoint[] {
  const values = numbersOf(field);
  const count = category.keypoints?.length ?? values.length / 3;
  if (values.length !== count * 3 || !Number.isInteger(count)) {
    throw fieldError(field, `has ${values.length} numbers; x, y, visibility of each keypoint are wanted`);
  }
  return Array.from({ length: count }, (_, index) => {
    const [x = 0, y = 0, visibility = 0] = values.slice(index * 3, index * 3 + 3);
    if (![0, 1, 2].includes(visibility)) throw fieldError(field, `has visibility ${visibility}`);
    return { x, y, visibility };
  });
}
