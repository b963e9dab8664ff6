import type { Care, Model } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import { definedOnly } from '../options/defined-only.js';
import type { RunningOptions } from '../options/running-options.js';

/** Enough under way that no worker waits for the next picture to be sent. */
export const inFlight = (replicas: number): number => 2 * replicas + 1;

/** The model of the command line, run as it says. */
export function loadModel(care: Care, options: RunningOptions, io: CliIo): Promise<Model> {
  const { backend, device, variant, threads, isolation, replicas } = options;
  return care.load(options.model, {
    ...definedOnly<{ backend: string; device: string; variant: string; threads: number }>({
      backend,
      device,
      variant,
      threads,
    }),
    isolation,
    replicas,
    queueLimit: Math.max(64, inFlight(replicas)),
    signal: io.signal,
  });
}
