import { CareError, isCareError, type CareErrorCode } from '@care/registry-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepingLogger, quickClient } from '../http-client.fixture.js';
import type { ArtifactStore } from '../store/artifact-store.js';
import { createArtifactStore } from '../store/create-artifact-store.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { createMemory } from './create-memory.js';
import type { AnswerSchema, Memory, RememberedOptions } from './memory.js';

interface Answer {
  readonly version: number;
}

const schema: AnswerSchema<Answer> = {
  safeParse: (value) =>
    typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number'
      ? { success: true, data: { version: value.version } }
      : { success: false, error: { message: 'no version' } },
};

let store: ArtifactStore;
let memory: Memory;
let asked: number;
/** What the registry does now. */
let registry: () => Answer;
beforeEach(async () => {
  store = createArtifactStore({ directory: await temporaryDirectory(), client: quickClient() });
  memory = createMemory();
  asked = 0;
  registry = () => ({ version: 1 });
});

function recall(options: Partial<RememberedOptions<Answer>> = {}) {
  return memory.recall({
    store,
    namespace: 'hub',
    key: 'org/name',
    schema,
    offline: false,
    ask: () => {
      asked += 1;
      return Promise.resolve().then(() => registry());
    },
    ...options,
  });
}

const fails = (code: CareErrorCode) => () => {
  throw new CareError(code, `the registry says ${code}`);
};

describe('what a registry said', () => {
  it('is asked for each time, and recorded with its files', async () => {
    const files = ['ab'.repeat(32)];
    await expect(recall({ files: () => files })).resolves.toEqual({ value: { version: 1 } });
    registry = () => ({ version: 2 });
    await expect(recall({ files: () => files })).resolves.toEqual({ value: { version: 2 } });
    expect(await store.records.list()).toMatchObject([
      { namespace: 'hub', key: 'org/name', value: { version: 2 }, files },
    ]);
  });

  it.each(['OFFLINE', 'REGISTRY_UNAVAILABLE', 'REGISTRY_TIMEOUT'] as const)(
    'is the answer, marked as stale, when it is asked in vain: %s',
    async (code) => {
      const before = new Date();
      await recall();
      registry = fails(code);
      const { value, stale } = await recall();
      expect([value, stale?.reason]).toEqual([{ version: 1 }, `the registry says ${code}`]);
      expect(new Date(stale?.since ?? '').getTime()).toBeGreaterThanOrEqual(before.getTime() - 1);
    },
  );

  it.each(['MODEL_NOT_FOUND', 'UNAUTHORIZED', 'MANIFEST_INVALID', 'ABORTED'] as const)(
    'never stands in for %s',
    async (code) => {
      await recall();
      registry = fails(code);
      await expect(recall()).rejects.toMatchObject({ code });
    },
  );

  it('is used offline with no question, and OFFLINE is told of what is not known', async () => {
    await expect(recall({ offline: true })).rejects.toMatchObject({ code: 'OFFLINE' });
    await recall();
    const { stale } = await recall({ offline: true });
    expect([stale?.reason, asked]).toEqual(['the host is offline', 1]);
  });

  it('is an error when nothing is known', async () => {
    registry = fails('REGISTRY_TIMEOUT');
    await expect(recall()).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });

  it('is not asked for again while it is fresh', async () => {
    await recall({ freshMs: Number.POSITIVE_INFINITY });
    await expect(recall({ freshMs: Number.POSITIVE_INFINITY })).resolves.toEqual({ value: { version: 1 } });
    expect(asked).toBe(1);
    await recall({ freshMs: 0 });
    expect(asked).toBe(2);
  });

  it('is asked for anew when the record does not fit the schema any more', async () => {
    await store.records.write('hub', 'org/name', { other: 'form' });
    await expect(recall({ freshMs: Number.POSITIVE_INFINITY })).resolves.toEqual({ value: { version: 1 } });
    await store.records.write('hub', 'org/name', { other: 'form' });
    await expect(recall({ offline: true })).rejects.toMatchObject({ code: 'OFFLINE' });
  });

  it('is logged once while it is stale, and again after the registry has answered', async () => {
    const logger = keepingLogger();
    await recall({ logger });
    for (const _ of [1, 2, 3]) {
      registry = fails('REGISTRY_UNAVAILABLE');
      await recall({ logger });
      await recall({ logger });
      expect(logger.lines).toHaveLength(_);
      registry = () => ({ version: 1 });
      await recall({ logger });
    }
  });
});

describe('that there is no such model', () => {
  it('is remembered for its time, for this reference only, and not on disk', async () => {
    registry = fails('MODEL_NOT_FOUND');
    await expect(recall({ negativeMs: 60 })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(recall({ negativeMs: 60 })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(asked).toBe(1);
    await recall({ key: 'org/other' }).catch((error: unknown) =>
      expect(isCareError(error, 'MODEL_NOT_FOUND')).toBe(true),
    );
    expect(asked).toBe(2);
    registry = () => ({ version: 3 });
    await new Promise((resolve) => setTimeout(resolve, 80));
    await expect(recall()).resolves.toEqual({ value: { version: 3 } });
    expect(await store.records.list()).toHaveLength(1);
  });
});
