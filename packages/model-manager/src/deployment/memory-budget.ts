import { readFileSync } from 'node:fs';
import { CareError, type ModelPackage } from '@care/registry-core';

export interface MemoryState {
  /** Bytes that this process and its workers take. */
  readonly used: number;
  /** Bytes that the machine or container has left. */
  readonly available: number;
}

/** What does not fit. */
export interface MemoryShortage {
  /** Bytes that a version takes, estimated. */
  readonly needed: number;
  /** Bytes that there are for it. */
  readonly left: number;
}

/** An engine keeps weights, a repacked copy of them and activations: measured on YOLO models 2 to 3 times their files. */
const GROWTH = 3;
const WORKER_BYTES = 40 * 1024 * 1024;

/** Bytes that a version takes beside others, estimated before it is loaded. */
export function estimatedBytes({ variants }: ModelPackage): number {
  const sizes = variants[0]?.artifacts.map(({ size = 0 }) => size) ?? [];
  return sizes.reduce((sum, size) => sum + size, 0) * GROWTH + WORKER_BYTES;
}

/** @param budget bytes that this process and its workers may take; what is available when absent */
export function memoryShortage(
  model: ModelPackage,
  budget: number | undefined,
  { used, available }: MemoryState,
): MemoryShortage | undefined {
  const needed = estimatedBytes(model);
  const left = Math.max(0, budget === undefined ? available : budget - used);
  return needed <= left ? undefined : { needed, left };
}

export function memoryExceeded(
  { modelId, version = '(unversioned)' }: ModelPackage,
  { needed, left }: MemoryShortage,
  budget: number | undefined,
): CareError {
  const limit = budget === undefined ? 'what is free' : 'the memory budget';
  return new CareError(
    'MEMORY_EXCEEDED',
    `${modelId}@${version} needs about ${megabytes(needed)} beside what runs, ${limit} leaves ${megabytes(left)}`,
    { details: { needed, left, ...(budget === undefined ? {} : { budget }) } },
  );
}

/** @param workers process ids of workers that are processes of their own */
export function memoryNow(workers: readonly number[]): MemoryState {
  const own = process.memoryUsage.rss();
  return {
    used: workers.reduce((sum, pid) => sum + residentBytes(pid), own),
    available: process.availableMemory(),
  };
}

const PAGE = 4096;

/** Of another process; 0 where the system does not tell (only Linux has /proc). */
function residentBytes(pid: number): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return Number(pages) * PAGE;
  } catch {
    // It has ended, or this is no Linux: nothing is known of it.
    return 0;
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MB`;
}
