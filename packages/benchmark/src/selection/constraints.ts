import { CareError } from '@care/registry-core';

/** What a choice must keep. Bounds are compared with bounds: the upper one of a latency, the lower one of an accuracy. */
export interface Constraints {
  /** Milliseconds of one call (with a batch: of all its images) at `percentile`. */
  readonly maxLatencyMs?: number;
  /** Of `maxLatencyMs`, and of the objective's latency; default 95. */
  readonly percentile?: number;
  /** 0..1, in the metric of the selection. */
  readonly minAccuracy?: number;
  /** Megabytes (10^6 bytes) of all its processes at their peak. */
  readonly maxMemoryMb?: number;
  /** Milliseconds from the call until it is ready and warm. */
  readonly maxLoadMs?: number;
  /** Images a second that it gives while its calls keep `maxLatencyMs`. */
  readonly minThroughput?: number;
  /** Devices that it may run on: `cpu`, `cuda`, ... */
  readonly hardware?: readonly string[];
}

export type ConstraintName = Exclude<keyof Constraints, 'percentile'>;

export const DEFAULT_PERCENTILE = 95;

/** @throws CareError OPTIONS_INVALID that names the constraint */
export function checkConstraints(constraints: Constraints): void {
  const { percentile, minAccuracy, hardware } = constraints;
  for (const name of ['maxLatencyMs', 'maxMemoryMb', 'maxLoadMs', 'minThroughput'] as const) {
    const value = constraints[name];
    if (value !== undefined && !(value > 0)) throw invalid(name, 'a number above 0', value);
  }
  if (minAccuracy !== undefined && !(minAccuracy >= 0 && minAccuracy <= 1)) {
    throw invalid('minAccuracy', 'a number from 0 to 1', minAccuracy);
  }
  if (percentile !== undefined && !(percentile > 0 && percentile < 100)) {
    throw invalid('percentile', 'a number between 0 and 100', percentile);
  }
  if (hardware?.length === 0) throw invalid('hardware', 'at least one device', 'none');
}

function invalid(constraint: string, wanted: string, found: unknown): CareError {
  return new CareError(
    'OPTIONS_INVALID',
    `constraint ${constraint} must be ${wanted}, found ${String(found)}`,
    {
      details: { constraint },
    },
  );
}
