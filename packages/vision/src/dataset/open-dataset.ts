import { join } from 'node:path';
import { CareError } from '@care/registry-core';
import { hasImageExtension } from '../image/image-extensions.js';
import type { TruthKind } from '../tasks/task-evaluation.js';
import { openClassFolders } from './class-folders.js';
import { openCocoDataset } from './coco-dataset.js';
import { filesBelow, isFolder, kindOfPath } from './dataset-files.js';
import { DATASET_FORMATS, type Dataset, type DatasetFormat, type DatasetRequest } from './dataset.js';
import { openLabelsJson } from './labels-json.js';
import { openYoloDataset } from './yolo-dataset.js';

export interface OpenDatasetOptions {
  /** What the labels are to tell: `taskFor(model.task).evaluation.truth`. */
  readonly truth: TruthKind;
  /** Told from what is there when absent. */
  readonly format?: DatasetFormat;
  /** Folder of the pictures, when it is not where the format has it. */
  readonly images?: string;
  /** Keypoints of a pose of the model. */
  readonly keypoints?: number;
}

const READERS: Readonly<Record<DatasetFormat, (request: DatasetRequest) => Promise<Dataset>>> = {
  yolo: openYoloDataset,
  coco: openCocoDataset,
  'image-folder': openClassFolders,
  'labels-json': openLabelsJson,
};

/** Formats with classes of whole pictures; the others have objects. */
const OF_CLASSES: readonly DatasetFormat[] = ['image-folder', 'labels-json'];

/**
 * Opens a folder of labelled pictures or its annotation file, reads all labels and checks them. Pictures are not opened.
 * @throws CareError INPUT_INVALID (no such folder, no labels, a mistake in a label file, with file and line or JSON path),
 * OPTIONS_INVALID (unknown format, or one that has no labels of this kind), PATH_FORBIDDEN
 */
export async function openDataset(path: string, options: OpenDatasetOptions): Promise<Dataset> {
  const { truth, format, images, keypoints } = options;
  if ((await kindOfPath(path)) === undefined) {
    throw new CareError('INPUT_INVALID', `${path} does not exist`, {
      remedy: 'Name the folder of a data set, or its annotation file.',
    });
  }
  if (images !== undefined && !(await isFolder(images))) {
    throw new CareError('INPUT_INVALID', `${images} is not a folder`, {
      remedy: 'Name the folder of the pictures.',
    });
  }
  if (format !== undefined) checkFormat(format, truth);
  const chosen = format ?? (await detectFormat(path, truth));
  return await READERS[chosen]({ path, truth, images, keypoints });
}

/** `format` may be anything: callers in JavaScript and command lines pass what they like. */
function checkFormat(format: string, truth: TruthKind): void {
  const known = DATASET_FORMATS.find((name) => name === format);
  const fitting = formatsFor(truth);
  if (known !== undefined && fitting.includes(known)) return;
  const reason =
    known === undefined
      ? 'is not known'
      : truth === 'class'
        ? 'has objects, not classes of pictures'
        : 'has no objects';
  throw new CareError('OPTIONS_INVALID', `the data format ${JSON.stringify(format)} ${reason}`, {
    remedy: `For this task use one of ${fitting.join(', ')}.`,
  });
}

function formatsFor(truth: TruthKind): DatasetFormat[] {
  return DATASET_FORMATS.filter((name) => OF_CLASSES.includes(name) === (truth === 'class'));
}

async function detectFormat(path: string, truth: TruthKind): Promise<DatasetFormat> {
  const isFile = (await kindOfPath(path)) === 'file';
  const found = isFile ? ofFile(path, truth) : await ofFolder(path, truth);
  if (found !== undefined) return found;
  const wanted =
    truth === 'class'
      ? 'labels.json, or a folder of pictures for each class'
      : 'images/ with labels/, pictures with text files beside them, or a COCO annotation file';
  throw new CareError(
    'INPUT_INVALID',
    `${path} is not recognised as a data set of this task: it would have ${wanted}`,
    {
      remedy: `Name the folder that has them; --data-format says what it is (${formatsFor(truth).join(', ')}).`,
    },
  );
}

function ofFile(path: string, truth: TruthKind): DatasetFormat | undefined {
  if (/\.json$/i.test(path)) return truth === 'class' ? 'labels-json' : 'coco';
  return /\.ya?ml$/i.test(path) && truth !== 'class' ? 'yolo' : undefined;
}

async function ofFolder(path: string, truth: TruthKind): Promise<DatasetFormat | undefined> {
  if (truth === 'class') {
    if ((await kindOfPath(join(path, 'labels.json'))) === 'file') return 'labels-json';
    const pictures = await filesBelow(path, (file) => file.includes('/') && hasImageExtension(file));
    return pictures.length > 0 ? 'image-folder' : undefined;
  }
  for (const labels of ['labels', 'labels_seg']) {
    if (await isFolder(join(path, labels))) return 'yolo';
  }
  const files = await filesBelow(path, (file) => /\.(?:json|ya?ml|txt)$/i.test(file));
  if (files.some((file) => /^(?:annotations\/)?[^/]+\.json$/i.test(file))) return 'coco';
  return files.some((file) => /\.(?:ya?ml|txt)$/i.test(file)) ? 'yolo' : undefined;
}
