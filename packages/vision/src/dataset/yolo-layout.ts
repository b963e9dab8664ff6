import { basename, dirname, join, resolve } from 'node:path';
import { CareError } from '@care/registry-core';
import { filesBelow, isFolder, kindOfPath, readText } from './dataset-files.js';
import { parseDataYaml, type DataYaml } from './data-yaml.js';
import type { DatasetRequest } from './dataset.js';

/** Where the parts of a YOLO data set are. */
export interface YoloLayout {
  readonly images: string;
  readonly labels: string;
  /** Pictures without a label file are not labelled, rather than empty: `labels_seg` beside `labels`. */
  readonly partly: boolean;
  readonly yaml?: DataYaml;
}

/**
 * Finds pictures and labels: `images/` and `labels/` (for masks `labels_seg/` when there is one) below the folder, else what the
 * YAML file says (`path`, `val`, `test`), else both in the folder itself. The YAML file may be named itself, or lies in the
 * folder or the one above.
 * @throws CareError INPUT_INVALID
 */
export async function yoloLayout({ path, truth, images: given }: DatasetRequest): Promise<YoloLayout> {
  const isFile = (await kindOfPath(path)) === 'file';
  const root = isFile ? dirname(path) : path;
  const yaml = await readYaml(isFile ? path : undefined, root);
  const images = given ?? (await imagesFolder(root, yaml));
  const masks = truth === 'mask' ? await beside(images, root, 'labels_seg') : undefined;
  const labels = masks ?? (await beside(images, root, 'labels')) ?? images;
  return { images, labels, partly: masks !== undefined, ...(yaml === undefined ? {} : { yaml }) };
}

async function readYaml(named: string | undefined, root: string): Promise<DataYaml | undefined> {
  const file = named ?? (await yamlIn(root)) ?? (await yamlIn(dirname(resolve(root)), ['data.yaml']));
  return file === undefined ? undefined : parseDataYaml(await readText(file), file);
}

async function yamlIn(folder: string, names?: readonly string[]): Promise<string | undefined> {
  if (names === undefined) {
    const all = await filesBelow(folder, (path) => /^[^/]+\.ya?ml$/i.test(path));
    const [only] = all;
    if (only !== undefined && all.length === 1) return join(folder, only);
  }
  for (const name of names ?? ['data.yaml', 'data.yml', 'dataset.yaml']) {
    const path = join(folder, name);
    if ((await kindOfPath(path)) === 'file') return path;
  }
  return undefined;
}

async function imagesFolder(root: string, yaml: DataYaml | undefined): Promise<string> {
  const usual = join(root, 'images');
  if (yaml?.images === undefined) return (await isFolder(usual)) ? usual : root;
  const base = resolve(dirname(yaml.file), yaml.root ?? '.');
  // Roboflow writes `../valid/images` where `valid/images` is meant.
  const places = [base, dirname(resolve(yaml.file))].flatMap((start) => [
    resolve(start, yaml.images ?? ''),
    resolve(start, (yaml.images ?? '').replace(/^(?:\.\.\/)+/, '')),
  ]);
  for (const place of places) if (await isFolder(place)) return place;
  if (await isFolder(usual)) return usual;
  if (await isFolder(join(root, 'labels'))) return root;
  throw new CareError('INPUT_INVALID', `${yaml.file}: ${yaml.images} is not a folder`, {
    remedy: 'Correct the path of the pictures in the YAML file, or name their folder (--images).',
    details: { file: yaml.file },
  });
}

/** `a/images/val` has its labels in `a/labels/val`. */
async function beside(images: string, root: string, name: string): Promise<string | undefined> {
  const parts: string[] = [];
  for (let folder = resolve(images); dirname(folder) !== folder; folder = dirname(folder)) {
    if (basename(folder) === 'images') {
      const labels = join(dirname(folder), name, ...parts);
      if (await isFolder(labels)) return labels;
      break;
    }
    parts.unshift(basename(folder));
  }
  const inRoot = join(root, name);
  return (await isFolder(inRoot)) ? inRoot : undefined;
}
