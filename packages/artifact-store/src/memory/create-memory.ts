import { CareError, isCareError, silentLogger, type JsonValue, type StaleAnswer } from '@care/registry-core';
import type { Memory, Recalled, RememberedOptions } from './memory.js';
import { NegativeAnswers } from './negative-answers.js';

const DEFAULT_NEGATIVE_MS = 10_000;

interface Recorded<T> {
  readonly value: T;
  readonly writtenAt: Date;
}

/** What registries said, for when they cannot be asked. One for each registry. */
export function createMemory(): Memory {
  const negatives = new NegativeAnswers();
  /** Whose stale answers were logged; a registry that answers again is removed. */
  const logged = new Set<string>();

  async function ask<T>(request: RememberedOptions<T>, id: string): Promise<Recalled<T>> {
    const { store, namespace, key, negativeMs = DEFAULT_NEGATIVE_MS, files, logger = silentLogger } = request;
    const value = await request.ask(request.signal).catch((error: unknown) => {
      if (isCareError(error, 'MODEL_NOT_FOUND')) negatives.remember(id, error, negativeMs);
      throw error;
    });
    logged.delete(id);
    try {
      await store.records.write(namespace, key, plain(value), { files: files?.(value) ?? [] });
    } catch (error) {
      // The answer is good all the same; only the time without network will miss it.
      logger.warn({ ...shown(request), error: String(error) }, 'cannot record what the registry said');
    }
    return { value };
  }

  return {
    async recall(request) {
      const { namespace, key, offline, freshMs = 0, logger = silentLogger } = request;
      const id = JSON.stringify([request.store.directory, namespace, key]);
      const recorded = await readRecorded(request);
      if (recorded !== undefined && Date.now() - recorded.writtenAt.getTime() < freshMs) {
        return { value: recorded.value };
      }
      if (!offline) {
        const negative = negatives.recall(id);
        if (negative !== undefined) throw negative;
      }
      try {
        if (offline) throw notKnownOffline(request);
        return await ask(request, id);
      } catch (error) {
        if (!isCareError(error, 'OFFLINE', 'REGISTRY_UNAVAILABLE', 'REGISTRY_TIMEOUT')) throw error;
        if (recorded === undefined || request.signal?.aborted === true) throw error;
        const stale: StaleAnswer = {
          since: recorded.writtenAt.toISOString(),
          reason: offline ? 'the host is offline' : error.message,
        };
        // Who runs the model warns, with its name: asking alone is no reason for alarm.
        if (!logged.has(id)) logger.info({ ...shown(request), ...stale }, 'answering from the cache');
        logged.add(id);
        return { value: recorded.value, stale };
      }
    },
  };
}

async function readRecorded<T>({
  store,
  namespace,
  key,
  schema,
}: RememberedOptions<T>): Promise<Recorded<T> | undefined> {
  const record = await store.records.read(namespace, key);
  if (record === undefined) return undefined;
  const parsed = schema.safeParse(record.value);
  return parsed.success ? { value: parsed.data, writtenAt: record.writtenAt } : undefined;
}

function notKnownOffline<T>(request: RememberedOptions<T>): CareError {
  const { namespace, key } = shown(request);
  return new CareError('OFFLINE', `nothing is known of ${key} of ${namespace}, and the host is offline`, {
    details: { namespace, key },
  });
}

/** A reference is what a user writes, and may hold what it should not. */
function shown<T>({ store, namespace, key }: RememberedOptions<T>): {
  readonly namespace: string;
  readonly key: string;
} {
  return { namespace: store.redact(namespace), key: store.redact(key) };
}

function plain(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
