import { CareError } from '@care/registry-core';

export interface MemoryQuestion {
  readonly modelName: string;
  /** Bytes of the files that are to be loaded. */
  readonly artifactBytes: number;
  /** Bytes that this process and its workers may take; what the machine or container has left when absent. */
  readonly budget?: number | undefined;
  /** Bytes that they take now. */
  readonly used: number;
  /** Bytes that are free. */
  readonly available: number;
}

/** An engine keeps weights, a repacked copy of them and activations: measured on YOLO models 2 to 3 times their files. */
const GROWTH = 3;
const WORKER_BYTES = 40 * 1024 * 1024;

/** Bytes that a further version takes, estimated before it is loaded. */
export function estimatedBytes(artifactBytes: number): number {
  return artifactBytes * GROWTH + WORKER_BYTES;
}

/** @throws CareError MEMORY_EXCEEDED with the figures, when it would not fit beside what runs */
export function checkMemory({ modelName, artifactBytes, budget, used, available }: MemoryQuestion): void {
  const needed = estimatedBytes(artifactBytes);
  const left = budget === undefined ? available : budget - used;
  if (needed <= left) return;
  const limit = budget === undefined ? 'what is free' : 'the memory budget';
  throw new CareError(
    'MEMORY_EXCEEDED',
    `${modelName} needs about ${megabytes(needed)} beside what runs, ${limit} leaves ${megabytes(Math.max(0, left))}`,
    { details: { needed, left, used, ...(budget === undefined ? {} : { budget }) } },
  );
}

/** Bytes that this process takes and that the machine or container has left. */
export function memoryNow(): { readonly used: number; readonly available: number } {
  return { used: process.memoryUsage.rss(), available: process.availableMemory() };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MB`;
}
