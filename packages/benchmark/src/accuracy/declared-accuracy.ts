import type { DeclaredBenchmarks } from '@care/registry-core';
import type { AccuracyFigure } from '../profile/profile.js';

/** What the package says of its accuracy; nobody measured it here. */
export function declaredAccuracy(benchmarks: DeclaredBenchmarks | undefined): AccuracyFigure[] {
  const value = benchmarks?.mAP50;
  if (value === undefined || !(value >= 0 && value <= 1)) return [];
  return [
    {
      kind: 'declared',
      metric: 'mAP50',
      value,
      low: value,
      high: value,
      images: 0,
      data: '',
      replicates: [],
    },
  ];
}
