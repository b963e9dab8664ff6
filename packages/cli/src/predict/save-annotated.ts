import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Prediction } from '@care/model-manager';
import { CareError, type KeypointSpec } from '@care/registry-core';
import { drawPredictions } from '@care/vision';

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
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, drawn, { flag: 'wx' });
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CareError('OUTPUT_FAILED', `The annotated picture ${target} cannot be written: ${reason}.`, {
      cause,
    });
  }
}
