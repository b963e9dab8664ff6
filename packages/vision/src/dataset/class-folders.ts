import { join } from 'node:path';
import { CareError } from '@care/registry-core';
import { foldersIn, imagesBelow } from './dataset-files.js';
import type { Dataset, DatasetClass, DatasetImage, DatasetRequest } from './dataset.js';

const SPLITS = new Set(['train', 'val', 'valid', 'test']);

/**
 * A folder of pictures for each class, named by the class: its name, its WordNet id or its number (all folders then).
 * @throws CareError INPUT_INVALID
 */
export async function openClassFolders({ path, images }: DatasetRequest): Promise<Dataset> {
  const root = images ?? path;
  const folders = await foldersIn(root);
  if (folders.length > 0 && folders.every((name) => SPLITS.has(name.toLowerCase()))) {
    throw new CareError('INPUT_INVALID', `${root} holds the splits ${folders.join(', ')}, not classes`, {
      remedy: `Name one of them: ${join(root, folders.at(-1) ?? '')}.`,
    });
  }
  const numbered = folders.every((name) => /^\d{1,9}$/.test(name));
  const classes = folders.map((name, place): DatasetClass =>
    numbered ? { id: Number(name), names: [] } : { id: place, names: [name] },
  );
  const perFolder = await Promise.all(
    folders.map(async (name, place) =>
      (await imagesBelow(join(root, name))).map((file): DatasetImage => {
        const truths = [{ classId: classes[place]?.id ?? place }];
        const below = `${name}/${file}`;
        return { id: below, name: below, path: join(root, below), truths: () => truths };
      }),
    ),
  );
  if (perFolder.flat().length === 0) {
    throw new CareError('INPUT_INVALID', `${root} holds no folder with pictures`, {
      remedy: 'Put the pictures of each class in a folder that is named as the class.',
    });
  }
  const empty = folders.filter((_, place) => perFolder[place]?.length === 0);
  return {
    ...{ format: 'image-folder', path, truth: 'class' },
    classes: classes.filter((_, place) => perFolder[place]?.length !== 0).toSorted((a, b) => a.id - b.id),
    images: perFolder.flat(),
    notes: empty.length === 0 ? [] : [`These folders hold no picture: ${empty.join(', ')}.`],
  };
}
