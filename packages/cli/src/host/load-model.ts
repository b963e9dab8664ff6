import type { Care, LoadOptions, Model } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import { createDownloadDisplay, noDownloadDisplay } from '../downloads/download-display.js';
import { definedOnly } from '../options/defined-only.js';
import type { ChoiceOptions, RunningOptions } from '../options/running-options.js';

/** Enough under way that no worker waits for the next picture to be sent. */
export const inFlight = (replicas: number): number => 2 * replicas + 1;

/** Which of a model's variants, backends and devices the command line wants. */
export function choiceOf({
  backend,
  device,
  variant,
  prefer,
  forbid,
  minPrecision,
}: ChoiceOptions): LoadOptions {
  return definedOnly<ChoiceOptions>({ backend, device, variant, prefer, forbid, minPrecision });
}

/** The model of the command line, run as it says; what has to be downloaded first is shown. */
export async function loadModel(care: Care, options: RunningOptions, io: CliIo): Promise<Model> {
  const { isolation, replicas } = options;
  const downloads = options.quiet === true ? noDownloadDisplay : createDownloadDisplay(io.stderr);
  try {
    return await care.load(options.model, {
      ...choiceOf(options),
      ...definedOnly({ threads: options.threads }),
      isolation,
      replicas,
      queueLimit: Math.max(64, inFlight(replicas)),
      signal: io.signal,
      onProgress: downloads.of(options.model),
    });
  } finally {
    downloads.stop();
  }
}
