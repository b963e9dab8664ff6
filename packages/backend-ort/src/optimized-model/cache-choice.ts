import type { LoadedModel } from '@care/registry-core';
import type { OrtDevice, OrtOptions } from '../options.js';
import { defaultCacheDirectory, type Environment } from './cache-directory.js';
import { LARGEST_MODEL_BYTES, OptimizedModelCache } from './optimized-model-cache.js';

/** Models below this open in a millisecond or two; reading a file for them gains nothing. */
const SMALLEST_MODEL_BYTES = 32 * 1024;

/** The cache for this opening; undefined when there is nothing to gain or no place to keep it. */
export function optimizedModelCacheFor(
  device: OrtDevice,
  model: LoadedModel,
  options: OrtOptions,
  env: Environment,
): OptimizedModelCache | undefined {
  const { optimizedModelCache: wanted, graphOptimizationLevel } = options;
  // Other providers compile parts of the graph, which are no ONNX any more.
  if (wanted === false || device !== 'cpu' || graphOptimizationLevel === 'disabled') return undefined;
  const bytes = model.externalData.reduce((sum, file) => sum + file.bytes.length, model.model.bytes.length);
  if (bytes < SMALLEST_MODEL_BYTES || bytes > LARGEST_MODEL_BYTES) return undefined;
  const directory = wanted.dir ?? defaultCacheDirectory(env);
  return directory === undefined ? undefined : new OptimizedModelCache(directory, wanted.maxBytes);
}
