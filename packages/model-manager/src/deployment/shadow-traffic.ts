import type { ImageInput } from '@care/vision';
import { taskFor } from '@care/vision';
import type { ModelPredictOptions } from '../model/model.js';
import type { Prediction } from '../model/prediction.js';
import type { LiveVersion } from './live-version.js';

/**
 * Gives every shadow a copy of a request. Called in the same turn as the live prediction, so that bytes are copied before the caller
 * may change them; what a shadow answers is measured against the live answer and goes nowhere else, and so does its failure. A busy
 * shadow gets no copy.
 */
export function copyToShadows(
  shadows: readonly LiveVersion[],
  input: ImageInput | readonly ImageInput[],
  options: ModelPredictOptions,
  limit: number,
  live: Promise<readonly Prediction[]>,
): void {
  for (const shadow of shadows) {
    // A stream can be read once, and the live version reads it.
    if (shadow.state !== 'ready' || shadow.shadowing >= limit || holdsStream(input)) {
      shadow.metrics.dropped();
      continue;
    }
    shadow.shadowing++;
    void compare(shadow, input, options, live).finally(() => shadow.shadowing--);
  }
}

async function compare(
  shadow: LiveVersion,
  input: ImageInput | readonly ImageInput[],
  options: ModelPredictOptions,
  live: Promise<readonly Prediction[]>,
): Promise<void> {
  const own = { ...options };
  // The caller's signal and deadline are the live answer's: a shadow's own failure must not look like the caller's.
  delete own.signal;
  delete own.timeoutMs;
  delete own.transfer;
  const [copy, lived] = await Promise.allSettled([shadow.predict(input, own, 'shadow'), live]);
  if (copy.status === 'rejected' || lived.status === 'rejected') return;
  lived.value.forEach((prediction, index) => {
    const other = copy.value[index];
    if (other?.task !== prediction.task) return;
    shadow.metrics.agreed(
      taskFor(prediction.task).evaluation.agreement(prediction.predictions, other.predictions),
    );
  });
}

function holdsStream(input: ImageInput | readonly ImageInput[]): boolean {
  const images: readonly unknown[] = Array.isArray(input) ? input : [input];
  return images.some((image) => typeof image === 'object' && image !== null && Symbol.asyncIterator in image);
}
