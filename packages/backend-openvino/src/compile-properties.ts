import { resolve } from 'node:path';
import type { OpenOptions } from '@care/registry-core';
import type { OpenVinoOptions } from './options.js';

/** A device as OpenVINO names it: `gpu.1` is `GPU.1`, `auto` with a choice is `AUTO:GPU,CPU`. */
export function engineDevice(device: string, options: OpenVinoOptions): string {
  if (device !== 'auto' || options.autoDevices === undefined) return device.toUpperCase();
  return `AUTO:${options.autoDevices.map((name) => name.toUpperCase()).join(',')}`;
}

/**
 * Properties of one `compileModel` call. Numbers are given as text: older bindings take nothing else, and OpenVINO reads both.
 * Threads are a property of the CPU alone; GPU and NPU plugins refuse it.
 */
export function compileProperties(
  device: string,
  options: OpenVinoOptions,
  open: OpenOptions,
  rootDir: string,
): Record<string, string> {
  const threads = open.intraOpThreads ?? options.intraOpThreads;
  const precision = options.inferencePrecision ?? (device === 'cpu' ? 'f32' : undefined);
  const usesCpu = device === 'cpu' || device === 'auto';
  return {
    PERFORMANCE_HINT: options.performanceHint.toUpperCase(),
    ...(options.streams === undefined ? {} : { NUM_STREAMS: String(options.streams).toUpperCase() }),
    ...(precision === undefined ? {} : { INFERENCE_PRECISION_HINT: precision }),
    ...(options.cacheDir === undefined ? {} : { CACHE_DIR: resolve(rootDir, options.cacheDir) }),
    ...(threads === undefined || threads === 0 || !usesCpu ? {} : { INFERENCE_NUM_THREADS: String(threads) }),
    ...options.properties,
  };
}
