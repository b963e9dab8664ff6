import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What scipy and numpy say; written by tools/fixtures/benchmark_statistics.py. */
export interface ScipyStatistics {
  /** A bound is null where scipy says that there is none. */
  readonly medians: readonly {
    readonly values: readonly number[];
    readonly confidence: number;
    readonly median: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
  /** Rank (from 1) of the observation that bounds the percentile from above with 99 % confidence. */
  readonly upperBounds: readonly {
    readonly values: number;
    readonly percentile: number;
    readonly rank: number | null;
  }[];
  readonly binomial: readonly {
    readonly k: number;
    readonly n: number;
    readonly p: number;
    readonly atMost: number;
  }[];
  readonly paired: {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly low: number;
    readonly high: number;
  };
  readonly outliers: { readonly values: readonly number[]; readonly count: number };
}

export function scipyStatistics(): ScipyStatistics {
  const path = fileURLToPath(new URL('./fixtures/scipy-statistics.json', import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8')) as ScipyStatistics;
}
