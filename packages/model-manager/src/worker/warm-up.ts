import type { ModelPackage } from '@care/registry-core';
import { blankPicture, type ImageSource } from '@care/vision';

/** The code of a prediction is compiled by then; more of them change nothing that can be measured. */
const ROUNDS = 4;
/** For models so slow that their own run is all that counts. */
const BUDGET_MS = 1000;

/** A picture of one grey of the model's own input size. */
export function blankFrame(model: ModelPackage): ImageSource {
  const { width, height } = model.inputSize;
  const data = new Uint8Array(width * height * 3).fill(model.preprocessing.padValue);
  return { kind: 'raw', frame: { data, width, height, format: 'rgb' } };
}

/**
 * Lets the whole way of an encoded picture run until it is as fast as it gets: image library loaded, code compiled, memory there. The first
 * requests after a switch would pay for that otherwise.
 */
export async function warmUp(
  model: ModelPackage,
  maxPixels: number | undefined,
  predict: (sources: readonly ImageSource[]) => Promise<unknown>,
): Promise<void> {
  const { width, height } = model.inputSize;
  if (width * height > (maxPixels ?? Infinity)) return;
  const bytes = await blankPicture(width, height, model.preprocessing.padValue);
  const started = performance.now();
  for (let round = 0; round < ROUNDS && performance.now() - started < BUDGET_MS; round++) {
    await predict([{ kind: 'encoded', bytes }]);
  }
}
