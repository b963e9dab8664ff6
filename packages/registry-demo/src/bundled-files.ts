import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder: sources and build both lie one level below it. */
const PACKAGE_DIR = dirname(dirname(fileURLToPath(import.meta.url)));

/** One folder for each model, in it one manifest for each version, with the files it names beside it. */
export const MODELS_DIR = join(PACKAGE_DIR, 'models');
const PICTURES_DIR = join(PACKAGE_DIR, 'pictures');

/** Absolute paths of the bundled pictures, by name; made by the script in this repository that also made the model. */
export async function demoPictures(): Promise<string[]> {
  const names = await readdir(PICTURES_DIR);
  return names
    .filter((name) => /\.(?:jpe?g|png)$/i.test(name))
    .sort()
    .map((name) => join(PICTURES_DIR, name));
}
