import { join } from 'node:path';
import { CareError } from '@care/registry-core';
import { parseYoloLabels, type YoloLabel, type YoloLabelKind } from '../evaluate/ground-truth/yolo-labels.js';
import { rleFromPolygons } from '../masks/polygon-raster.js';
import type { MaskSize } from '../masks/rle.js';
import type { LabelledObject } from '../tasks/task-evaluation.js';
import { filesBelow, forEachFile, imagesBelow, kindOfPath, readText } from './dataset-files.js';
import type { Dataset, DatasetClass, DatasetImage, DatasetRequest } from './dataset.js';
import { yoloLayout, type YoloLayout } from './yolo-layout.js';
import { yoloPoseKind } from './yolo-pose-kind.js';

/**
 * A YOLO data set, see {@link yoloLayout}. A picture without a label file has no labelled object; with `labels_seg/` beside
 * `labels/` it has no masks yet and is left out.
 * @throws CareError INPUT_INVALID naming file and line
 */
export async function openYoloDataset(request: DatasetRequest): Promise<Dataset> {
  const layout = await yoloLayout(request);
  const pictures = await imagesBelow(layout.images);
  const files = await labelFiles(layout, pictures);
  const labelled = pictures.filter((picture) => files.has(labelName(picture)));
  if (labelled.length === 0) throw noLabels(layout, pictures.length);
  const texts = new Map(
    await forEachFile(labelled, async (picture) => {
      const file = join(layout.labels, labelName(picture));
      return [picture, { file, text: await readText(file) }] as const;
    }),
  );
  const kind = labelKind(request, layout, [...texts.values()]);
  const classes = layout.yaml?.classes ?? (await namesBeside(layout));
  const context = classCount(classes);
  const checked = checkLabels([...texts.values()], kind, context);
  const taken = layout.partly ? labelled : pictures;
  return {
    format: 'yolo',
    path: request.path,
    truth: request.truth,
    classes: classes ?? checked.classIds.map((id) => ({ id, names: [] })),
    images: taken.map((name): DatasetImage => ({
      id: name,
      name,
      path: join(layout.images, name),
      truths: (size) => {
        const labels = texts.get(name);
        if (labels === undefined) return [];
        const parsed = parseYoloLabels(labels.text, kind, { image: size, file: labels.file, ...context });
        return parsed.labels.map((label) => labelledObject(label, size));
      },
    })),
    notes: [...checked.notes, ...leftOut(layout, pictures, labelled, files)],
  };
}

const labelName = (picture: string): string => picture.replace(/\.[^./]+$/, '.txt');

async function labelFiles({ labels }: YoloLayout, pictures: readonly string[]): Promise<Set<string>> {
  // Beside pictures there are other texts (classes.txt, a README), which are nobody's labels.
  const wanted = new Set(pictures.map(labelName));
  const isLabels = (path: string): boolean =>
    wanted.has(path) || (path.endsWith('.txt') && !/(?:^|\/)(?:classes|readme[^/]*)\.txt$/i.test(path));
  return new Set(await filesBelow(labels, isLabels));
}

function labelKind(
  { truth, keypoints }: DatasetRequest,
  { yaml }: YoloLayout,
  texts: readonly { readonly file: string; readonly text: string }[],
): YoloLabelKind {
  if (truth === 'mask') return { kind: 'polygon' };
  if (truth !== 'keypoints') return { kind: 'box' };
  return yoloPoseKind(texts, keypoints, yaml);
}

/** `classes.txt` as labelling tools write it: one name a line. */
async function namesBeside({ labels, images }: YoloLayout): Promise<DatasetClass[] | undefined> {
  const folders = [labels, images, join(labels, '..')];
  for (const folder of folders) {
    const file = join(folder, 'classes.txt');
    if ((await kindOfPath(file)) !== 'file') continue;
    const names = (await readText(file)).split(/\r\n|\n|\r/).map((line) => line.trim());
    return names.filter((name) => name !== '').map((name, id) => ({ id, names: [name] }));
  }
  return undefined;
}

function classCount(classes: readonly DatasetClass[] | undefined): { classCount?: number } {
  const last = classes?.at(-1);
  return last === undefined ? {} : { classCount: last.id + 1 };
}

/** Reads every line, so that a mistake is found before any picture is predicted. */
function checkLabels(
  texts: readonly { readonly file: string; readonly text: string }[],
  kind: YoloLabelKind,
  context: { readonly classCount?: number },
): { readonly classIds: number[]; readonly notes: string[] } {
  const classIds = new Set<number>();
  const repeated: string[] = [];
  for (const { file, text } of texts) {
    // Lines are fractions of the picture, whose size is told when it is decoded.
    const parsed = parseYoloLabels(text, kind, { image: { width: 1, height: 1 }, file, ...context });
    for (const { classId } of parsed.labels) classIds.add(classId);
    for (const line of parsed.repeatedLines) repeated.push(`${file}:${line}`);
  }
  const notes =
    repeated.length === 0
      ? []
      : [`${repeated.length} lines repeat an earlier one and are left out: ${some(repeated)}.`];
  return { classIds: [...classIds].sort((a, b) => a - b), notes };
}

function labelledObject(
  { classId, box, area, polygon, keypoints }: YoloLabel,
  size: MaskSize,
): LabelledObject {
  return {
    classId,
    box,
    ...(area === undefined ? {} : { area }),
    ...(polygon === undefined ? {} : { mask: rleFromPolygons([polygon], size) }),
    ...(keypoints === undefined ? {} : { keypoints }),
  };
}

function leftOut(
  layout: YoloLayout,
  pictures: readonly string[],
  labelled: readonly string[],
  files: ReadonlySet<string>,
): string[] {
  const names = new Set(pictures.map(labelName));
  const orphans = [...files].filter((file) => !names.has(file));
  const bare = pictures.length - labelled.length;
  return [
    ...(orphans.length === 0
      ? []
      : [`${orphans.length} label files in ${layout.labels} have no picture: ${some(orphans)}.`]),
    ...(layout.partly && bare > 0
      ? [`${bare} pictures have no file in ${layout.labels} and are left out.`]
      : []),
  ];
}

function some(names: readonly string[]): string {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ', ...' : '');
}

function noLabels({ images, labels }: YoloLayout, count: number): CareError {
  return new CareError(
    'INPUT_INVALID',
    count === 0
      ? `${images} holds no picture`
      : `none of the ${count} pictures in ${images} has a label file in ${labels}`,
    {
      remedy:
        'A YOLO data set has pictures in images/ and for each a text file of the same name in labels/, or both side by side.',
    },
  );
}
