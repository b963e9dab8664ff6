import { basename, dirname, join } from 'node:path';
import { CareError } from '@care/registry-core';
import {
  parseCocoAnnotations,
  type CocoGroundTruth,
  type CocoImage,
  type CocoTruth,
} from '../evaluate/ground-truth/coco-annotations.js';
import type { LabelledObject, TruthKind } from '../tasks/task-evaluation.js';
import { filesBelow, kindOfPath, pathBelow, readText } from './dataset-files.js';
import type { Dataset, DatasetRequest } from './dataset.js';

/**
 * A COCO data set: an annotation file, or a folder with one in it or in its `annotations/`. Pictures are looked for in
 * `request.images`, then beside the file and where COCO and Roboflow put them.
 * @throws CareError INPUT_INVALID naming file and JSON path
 */
export async function openCocoDataset(request: DatasetRequest): Promise<Dataset> {
  const { path, truth } = request;
  const file = (await kindOfPath(path)) === 'file' ? path : await annotationFile(path, truth);
  const parsed = parseCocoAnnotations(await readText(file), {
    file,
    masks: truth === 'mask',
    keypoints: truth === 'keypoints',
  });
  checkKeypoints(parsed, request, file);
  const folder = await imagesFolder(request, file, parsed.images[0]);
  const byImage = new Map<number, LabelledObject[]>(parsed.images.map(({ id }) => [id, []]));
  for (const annotation of parsed.truths) byImage.get(annotation.imageId)?.push(labelledObject(annotation));
  return {
    format: 'coco',
    path,
    truth,
    classes: parsed.categories.map(({ id, name }) => ({ id, names: [name] })).toSorted((a, b) => a.id - b.id),
    images: parsed.images.map((image) => ({
      id: image.id,
      name: image.fileName,
      path: pathBelow(folder, image.fileName),
      truths: ({ width, height }) => {
        if (width !== image.width || height !== image.height) {
          throw new CareError(
            'INPUT_INVALID',
            `${image.fileName} is ${width} x ${height} pixels, ${basename(file)} says ${image.width} x ${image.height}`,
            { remedy: 'Evaluate with the pictures that were annotated, upright and in their own size.' },
          );
        }
        return byImage.get(image.id) ?? [];
      },
    })),
    notes: [],
  };
}

function labelledObject({ classId, box, mask, keypoints, crowd, area }: CocoTruth): LabelledObject {
  return {
    ...{ classId, box, crowd },
    ...(mask === undefined ? {} : { mask }),
    ...(keypoints === undefined ? {} : { keypoints }),
    ...(area === undefined ? {} : { area }),
  };
}

/** COCO's own names tell which file is for what; Roboflow has one, `_annotations.coco.json`. */
async function annotationFile(folder: string, truth: TruthKind): Promise<string> {
  const found = await filesBelow(folder, (path) => /^(?:annotations\/)?[^/]+\.json$/i.test(path));
  const wanted = truth === 'keypoints' ? 'keypoints' : 'instances';
  const preferred = found.filter((file) => basename(file).toLowerCase().includes(wanted));
  const candidates = preferred.length > 0 ? preferred : found;
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return join(folder, only);
  throw new CareError(
    'INPUT_INVALID',
    only === undefined
      ? `${folder} holds no annotation file`
      : `${folder} holds several annotation files: ${candidates.join(', ')}`,
    { remedy: 'Name the annotation file itself (--data FILE.json).' },
  );
}

function checkKeypoints({ truths }: CocoGroundTruth, { keypoints }: DatasetRequest, file: string): void {
  const other = truths.find((truth) => keypoints !== undefined && truth.keypoints?.length !== keypoints);
  if (other?.keypoints === undefined) return;
  throw new CareError(
    'INPUT_INVALID',
    `${file}: poses have ${other.keypoints.length} keypoints, those of the model ${keypoints ?? 0}`,
    { remedy: 'Evaluate a pose model with labels of its own keypoints.' },
  );
}

async function imagesFolder(
  { images }: DatasetRequest,
  file: string,
  first: CocoImage | undefined,
): Promise<string> {
  if (images !== undefined || first === undefined) return images ?? dirname(file);
  const beside = dirname(file);
  const split = /(train|val|test)\d*/.exec(basename(file))?.[0] ?? 'val';
  const folders = [beside, dirname(beside)].flatMap((parent) => [
    parent,
    join(parent, 'images'),
    join(parent, split),
    join(parent, 'images', split),
  ]);
  for (const folder of folders) {
    if ((await kindOfPath(pathBelow(folder, first.fileName))) === 'file') return folder;
  }
  throw new CareError(
    'INPUT_INVALID',
    `the pictures of ${file} are not found: ${first.fileName} is in none of ${folders.join(', ')}`,
    {
      remedy: 'Name the folder of the pictures (--images DIR).',
    },
  );
}
