import { extname } from 'node:path';
import type { Prediction } from '@care/model-manager';
import type { KeypointSpec } from '@care/registry-core';
import { drawPredictions } from '@care/vision';
import { writeWhole } from '../output/write-whole.js';

/**
 * Draws the predictions on the picture and writes it: whole or not at all, also when the command is interrupted.
 * @throws CareError OUTPUT_FAILED, and what drawing throws
 */
export async function saveAnnotated(
  image: string,
  prediction: Prediction,
  target: string,
  keypoints?: KeypointSpec,
): Promise<void> {
  const format = extname(target).toLowerCase() === '.png' ? 'png' : 'jpeg';
  const drawn = await drawPredictions({ kind: 'path', path: image }, prediction, { format, keypoints });
  await writeWhole(target, drawn, 'The annotated picture');
}
