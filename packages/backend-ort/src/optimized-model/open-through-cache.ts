import { errorMessage, type LoadedModel, type Logger } from '@care/registry-core';
import type { InferenceSession } from 'onnxruntime-node';
import type { OrtModule } from '../ort-runtime.js';
import type { OptimizedModelCache } from './optimized-model-cache.js';

/** What came of the cache: `hit`, `stored` (opened as usual, and kept for the next time), or why neither. */
export interface OpenedThroughCache {
  readonly session: InferenceSession;
  readonly outcome: string;
}

export interface CacheUse {
  readonly cache: OptimizedModelCache;
  readonly key: Buffer;
  readonly logger: Logger;
}

/**
 * Opens the model that the engine has optimised before, if it was for this very key, and otherwise lets it write one
 * while it opens the given bytes. Whatever is wrong with the cache costs a line in the log, never the model.
 * @throws Error of the engine, for the given bytes
 */
export async function openThroughCache(
  ort: OrtModule,
  model: LoadedModel,
  native: InferenceSession.SessionOptions,
  use: CacheUse,
): Promise<OpenedThroughCache> {
  const kept = await openKept(ort, native, use);
  if (kept !== undefined) return { session: kept, outcome: 'hit' };
  return openAndKeep(ort, model, native, use);
}

async function openKept(
  ort: OrtModule,
  native: InferenceSession.SessionOptions,
  { cache, key, logger }: CacheUse,
): Promise<InferenceSession | undefined> {
  const found = cache.find(key);
  if (found.state === 'absent') return undefined;
  let { reason } = found.state === 'refused' ? found : { reason: '' };
  if (found.state === 'intact') {
    try {
      const optimized = { ...native, graphOptimizationLevel: 'disabled' as const };
      delete optimized.externalData; // those weights are inside
      return await ort.InferenceSession.create(found.model, optimized);
    } catch (error) {
      reason = errorMessage(error);
      cache.remove(key);
    }
  }
  logger.warn(
    { backend: 'ort', cache: cache.directory, reason },
    'an optimised model in the cache is not used and made anew',
  );
  return undefined;
}

async function openAndKeep(
  ort: OrtModule,
  model: LoadedModel,
  native: InferenceSession.SessionOptions,
  { cache, key, logger }: CacheUse,
): Promise<OpenedThroughCache> {
  const open = (more: object = {}) => ort.InferenceSession.create(model.model.bytes, { ...native, ...more });
  const notKept = (session: InferenceSession, error: unknown): OpenedThroughCache => {
    const reason = errorMessage(error);
    logger.warn({ backend: 'ort', cache: cache.directory, reason }, 'the optimised model cannot be kept');
    return { session, outcome: `not kept: ${reason}` };
  };
  let unfinished;
  try {
    unfinished = cache.begin();
  } catch (error) {
    return notKept(await open(), error);
  }
  try {
    const session = await open({
      optimizedModelFilePath: unfinished.file,
      extra: { ...native.extra, 'session.save_model_format': 'ONNX' },
    }).catch((error: unknown) => ({ error }));
    // Because it cannot be written, or because of the model, which opening it plainly will tell.
    if ('error' in session) return notKept(await open(), session.error);
    try {
      cache.finish(unfinished, key);
      return { session, outcome: 'stored' };
    } catch (error) {
      return notKept(session, error);
    }
  } finally {
    cache.abandon(unfinished);
  }
}
