import { CareError } from '@care/registry-core';
import type { LoadOptions } from '../model/load-options.js';
import type { Isolation } from '../transport/worker-transport.js';

/** Load options with every default filled in. */
export interface LoadSettings {
  readonly isolation: Isolation;
  readonly replicas: number;
  readonly threads?: number;
  readonly maxBatch: number;
  readonly queueLimit: number;
  readonly timeoutMs: number;
  readonly stuckAfterMs: number;
  readonly maxModelBytes: number;
  readonly probes: boolean;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const GIB = 1024 ** 3;

/** @throws CareError OPTIONS_INVALID that names the option */
export function loadSettings(options: LoadOptions): LoadSettings {
  const { isolation = 'thread', threads } = options;
  if (!['thread', 'process'].includes(isolation)) {
    throw invalid('isolation', '"thread" or "process"', isolation);
  }
  if (threads !== undefined) wholeNumber('threads', threads, 1, 1024);
  return {
    isolation,
    replicas: wholeNumber('replicas', options.replicas ?? 1, 1, 256),
    ...(threads === undefined ? {} : { threads }),
    maxBatch: wholeNumber('maxBatch', options.maxBatch ?? 8, 1, 1024),
    queueLimit: wholeNumber('queueLimit', options.queueLimit ?? 64, 0, 1_000_000),
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? 120_000, 1, LONGEST_TIMER_MS),
    stuckAfterMs: wholeNumber('stuckAfterMs', options.stuckAfterMs ?? 30_000, 0, LONGEST_TIMER_MS),
    maxModelBytes: wholeNumber('maxModelBytes', options.maxModelBytes ?? 2 * GIB, 1, Number.MAX_SAFE_INTEGER),
    probes: options.probes ?? true,
  };
}

function wholeNumber(option: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalid(option, `a whole number from ${min} to ${max}`, value);
}

function invalid(option: string, wanted: string, found: unknown): CareError {
  return new CareError('OPTIONS_INVALID', `load option ${option} must be ${wanted}, found ${String(found)}`, {
    details: { option },
  });
}
