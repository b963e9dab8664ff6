import type { ConstraintName } from './constraints.js';
import type { Violation } from './check-constraints.js';

const UNITS: Readonly<Record<ConstraintName, readonly [name: string, unit: string]>> = {
  maxLatencyMs: ['latency', ' ms'],
  minAccuracy: ['accuracy', ''],
  maxMemoryMb: ['memory', ' MB'],
  maxLoadMs: ['load time', ' ms'],
  minThroughput: ['throughput', ' images/s'],
  hardware: ['device', ''],
};

/** `latency 36.2 ms, at most 30 ms wanted: 21 % off`. */
export function formatViolation({ constraint, wanted, found, excess }: Violation): string {
  const [name, unit] = UNITS[constraint];
  if (typeof wanted !== 'number') return `device ${String(found)}, only ${wanted.join(', ')} wanted`;
  const limit = `${constraint.startsWith('max') ? 'at most' : 'at least'} ${figure(wanted)}${unit} wanted`;
  if (typeof found !== 'number') return `${name} is not known from what was measured, ${limit}`;
  const off = Number.isFinite(excess) ? `: ${share(excess)} off` : '';
  return `${name} ${figure(found)}${unit}, ${limit}${off}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(value >= 1000 ? 4 : 3)));
}

function share(excess: number): string {
  const percent = excess * 100;
  return percent < 0.1 ? 'less than 0.1 %' : `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
