import type { ImageId } from '../evaluate/evaluation-input.js';
import type { MaskSize } from '../masks/rle.js';
import type { LabelledObject, TruthKind } from '../tasks/task-evaluation.js';

export const DATASET_FORMATS = ['yolo', 'coco', 'image-folder', 'labels-json'] as const;

/**
 * - `yolo`: pictures and a text file with labels for each
 * - `coco`: pictures and one JSON file with annotations
 * - `image-folder`: one folder of pictures a class
 * - `labels-json`: pictures and a JSON list of `{ file, index?, wnid?, name? }`
 */
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** A class as the data set has it. */
export interface DatasetClass {
  readonly id: number;
  /** What it is called, the best first: a name, a WordNet id... None when the data set only has numbers. */
  readonly names: readonly string[];
}

/** One picture of a data set. */
export interface DatasetImage {
  readonly id: ImageId;
  /** For people: the path below the data set. */
  readonly name: string;
  readonly path: string;
  /**
   * What is in it, with the data set's class ids.
   * @param size of the upright picture in pixels
   * @throws CareError INPUT_INVALID when the labels are of a picture of another size
   */
  truths(size: MaskSize): readonly LabelledObject[];
}

/** Pictures with labels of one kind. All label files have been read and checked. */
export interface Dataset {
  readonly format: DatasetFormat;
  /** What was opened: a folder, an annotation file. */
  readonly path: string;
  readonly truth: TruthKind;
  /** In the order of their ids. */
  readonly classes: readonly DatasetClass[];
  readonly images: readonly DatasetImage[];
  /** What was left out or looks odd, one sentence each. */
  readonly notes: readonly string[];
}

/** What a format's reader is given. */
export interface DatasetRequest {
  /** Folder or file that exists. */
  readonly path: string;
  readonly truth: TruthKind;
  /** Folder of the pictures, when it is not where the format has it. */
  readonly images?: string | undefined;
  /** Keypoints of a pose of the model, when that is known. */
  readonly keypoints?: number | undefined;
}
