import type { CandidateFigures } from './candidate-figures.js';
import type { ConstraintName, Constraints } from './constraints.js';

/** One constraint that a candidate does not keep. */
export interface Violation {
  readonly constraint: ConstraintName;
  readonly wanted: number | readonly string[];
  /** The bound that was compared; null when it was not measured. */
  readonly found: number | string | null;
  /** By which share of what is wanted it is off: 0.2 is 20 % too slow, too large... Infinite for what no loosening mends by degrees. */
  readonly excess: number;
}

/** What a candidate does not keep, the worst first. */
export function violations(figures: CandidateFigures, constraints: Constraints): Violation[] {
  const { maxLatencyMs, minAccuracy, maxMemoryMb, maxLoadMs, minThroughput, hardware } = constraints;
  const { device } = figures.profile.subject;
  const found = [
    atMost('maxLatencyMs', maxLatencyMs, figures.latency?.upper),
    atLeast('minAccuracy', minAccuracy, figures.accuracy?.low),
    atMost('maxMemoryMb', maxMemoryMb, figures.memoryMb),
    atMost('maxLoadMs', maxLoadMs, figures.loadMs),
    atLeast('minThroughput', minThroughput, figures.throughput),
    hardware === undefined || hardware.some((wanted) => isDevice(device, wanted))
      ? undefined
      : { constraint: 'hardware' as const, wanted: hardware, found: device, excess: Infinity },
  ];
  return found
    .filter((violation) => violation !== undefined)
    .toSorted((a, b) => (b.excess > a.excess ? 1 : -1));
}

/** `cuda` is `cuda:1` too. */
function isDevice(device: string, wanted: string): boolean {
  const [given, asked] = [device.toLowerCase(), wanted.toLowerCase()];
  return given === asked || (given.startsWith(asked) && /^[.:]\d+$/.test(given.slice(asked.length)));
}

function atMost(constraint: ConstraintName, wanted: number | undefined, found: number | undefined) {
  return bounded(constraint, wanted, found, (limit, value) => value / limit - 1);
}

function atLeast(constraint: ConstraintName, wanted: number | undefined, found: number | undefined) {
  return bounded(constraint, wanted, found, (limit, value) => limit / value - 1);
}

function bounded(
  constraint: ConstraintName,
  wanted: number | undefined,
  found: number | undefined,
  excessOf: (limit: number, value: number) => number,
): Violation | undefined {
  if (wanted === undefined) return undefined;
  if (found === undefined) return { constraint, wanted, found: null, excess: Infinity };
  const excess = excessOf(wanted, found);
  // 0 / 0: an accuracy of 0 is wanted and found.
  return excess > 0 ? { constraint, wanted, found, excess } : undefined;
}
