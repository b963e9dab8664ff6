import type { Duration, VersionTotals } from '../metrics/request-totals.js';

/** For the unversioned one: clients of the extension, `perf_analyzer` among them, read an integer and die of an empty text. */
const NO_VERSION = '0';

/** The statistics of a version as the protocol's extension has them; durations are cumulated nanoseconds. */
export function versionStatistics(totals: VersionTotals): object {
  const { success, fail, queue, computeInput, computeInfer, computeOutput } = totals;
  const none = { count: 0, ns: 0 };
  return {
    name: totals.model,
    version: totals.version === '' ? NO_VERSION : totals.version,
    last_inference: totals.lastInference,
    inference_count: totals.inferences,
    execution_count: totals.executions,
    inference_stats: {
      success: statistic(success),
      fail: statistic(fail),
      queue: statistic(queue),
      compute_input: statistic(computeInput),
      compute_infer: statistic(computeInfer),
      compute_output: statistic(computeOutput),
      cache_hit: none,
      cache_miss: none,
    },
    batch_stats: [
      {
        batch_size: 1,
        compute_input: statistic(computeInput),
        compute_infer: statistic(computeInfer),
        compute_output: statistic(computeOutput),
      },
    ],
  };
}

function statistic({ count, nanoseconds }: Duration): { readonly count: number; readonly ns: number } {
  return { count, ns: Math.round(nanoseconds) };
}
