import type { Care, Model } from '@care/model-manager';
import { isCareError } from '@care/registry-core';
import { errorReport } from '../../output/print-error.js';
import type { CheckedWay, Way } from './checkup-report.js';

/** A way that was opened, or what became of it. */
export type Opened =
  | {
      readonly model: Model;
      readonly way: Way;
      /** What its own probe pictures have against it. */
      readonly probeFailure?: string;
    }
  | { readonly failed: CheckedWay };

/**
 * Opens it in a process of its own: an engine that dies must not end the checkup. One that fails the package's probe pictures is opened
 * without them, so that it can be told what is wrong with it.
 */
export async function openWay(care: Care, reference: string, way: Way, signal: AbortSignal): Promise<Opened> {
  const { variant, backend, device } = way;
  const options = {
    ...{ variant, backend, isolation: 'process' as const, signal },
    ...(device === undefined ? {} : { device }),
  };
  try {
    return opened(await care.load(reference, options), way);
  } catch (error) {
    if (signal.aborted) throw error;
    if (!isCareError(error, 'PROBE_FAILED')) return { failed: failure(way, error) };
    try {
      const model = await care.load(reference, { ...options, probes: false });
      return { ...opened(model, way), probeFailure: error.message };
    } catch (again) {
      signal.throwIfAborted();
      return { failed: failure(way, again) };
    }
  }
}

function opened(model: Model, way: Way): { model: Model; way: Way } {
  return { model, way: { ...way, device: model.servedBy.device } };
}

/** A device that is not there and an engine that does not know an operator are no fault of the variant. */
function failure(way: Way, error: unknown): CheckedWay {
  const { code, message } = errorReport(error);
  const elsewhere = ['BACKEND_UNAVAILABLE', 'MODEL_INCOMPATIBLE', 'UNSUPPORTED', 'OFFLINE'].includes(code);
  return { ...way, verdict: elsewhere ? 'not run' : 'broken', reasons: [`${code}: ${message}`] };
}
