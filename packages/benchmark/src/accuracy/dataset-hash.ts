import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Dataset } from '@care/vision';
import { contentHash } from '../profile/canonical-json.js';

/**
 * Tells labelled pictures apart: names and sizes of the pictures, and what is labelled. Accuracies of different hashes are not compared.
 * @param limit only the first pictures
 */
export async function datasetHash(dataset: Dataset, limit?: number): Promise<string> {
  const images = dataset.images.slice(0, limit);
  const sizes = await Promise.all(
    images.map(async ({ path }) => (await stat(path).catch(() => undefined))?.size ?? 0),
  );
  return contentHash({
    truth: dataset.truth,
    classes: dataset.classes,
    images: images.map(({ name }, index) => [name, sizes[index] ?? 0]),
    labels: await labels(dataset, limit),
  });
}

async function labels(dataset: Dataset, limit?: number): Promise<unknown> {
  const file = await readFile(dataset.path).catch(() => undefined);
  if (file !== undefined) return createHash('sha256').update(file).digest('hex');
  return dataset.images.slice(0, limit).map((image) => {
    try {
      // Labels of YOLO are fractions of the picture.
      return image.truths({ width: 1, height: 1 });
    } catch {
      return 'of one size only';
    }
  });
}
