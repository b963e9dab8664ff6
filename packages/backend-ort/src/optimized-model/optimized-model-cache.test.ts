import { existsSync, mkdirSync } from 'node:fs';
import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession, LoadedModel } from '@care/registry-core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import plugin from '../index.js';
import { context, loadedModel } from '../loaded-model.fixture.js';
import { ortOptionsSchema } from '../options.js';
import { loadOrt } from '../ort-runtime.js';
import { defaultCacheDirectory } from './cache-directory.js';
import { seal, unseal } from './cache-entry.js';
import { optimizedModelKey } from './cache-key.js';
import { openThroughCache } from './open-through-cache.js';
import { OptimizedModelCache } from './optimized-model-cache.js';
import { foldableInput, foldableModel } from './optimized-model.fixture.js';

let directory: string;
const opened: InferenceSession[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'care-optimized-'));
});
afterEach(async () => {
  for (const session of opened.splice(0)) await session.dispose();
  await chmod(directory, 0o700);
  await rm(directory, { recursive: true, force: true });
});

async function open(model: LoadedModel, options: object = {}, env: Record<string, string> = {}) {
  const all = ortOptionsSchema.parse({ optimizedModelCache: { dir: directory }, ...options });
  const session = await plugin.create(all, { ...context, env }).open(model);
  opened.push(session);
  return session;
}

const outcomeOf = async (...args: Parameters<typeof open>) => (await open(...args)).info?.optimizedModelCache;
const entries = async () => (await readdir(directory)).map((name) => join(directory, name));
const model = loadedModel(foldableModel().bytes);

async function onlyEntry(): Promise<string> {
  const [file, ...others] = await entries();
  expect(others).toEqual([]);
  return file ?? '';
}

describe('the second opening', () => {
  it('takes what the first has kept, and answers the same to the last bit', async () => {
    const plain = await open(model, { optimizedModelCache: false });
    expect(plain.info?.optimizedModelCache).toBe('off');
    const first = await open(model);
    const second = await open(model);
    expect([first, second].map(({ info }) => info?.optimizedModelCache)).toEqual(['stored', 'hit']);
    expect(second.inputs).toEqual(plain.inputs);
    expect(second.outputs).toEqual(plain.outputs);
    const { y } = await plain.run({ x: foldableInput });
    expect(y?.data.length).toBe(64 * 16);
    expect((await first.run({ x: foldableInput })).y).toEqual(y);
    expect((await second.run({ x: foldableInput })).y).toEqual(y);
  });

  it('loads the optimised graph: one node where the model has three', async () => {
    await open(model);
    const kept = await readFile(await onlyEntry());
    expect(kept.includes('BatchNormalization')).toBe(false);
    expect(Buffer.from(model.model.bytes).includes('BatchNormalization')).toBe(true);
  });

  it('knows a model whose weights are external data by all of its files', async () => {
    const { bytes, weights } = foldableModel(1, true);
    const whole = loadedModel(bytes, { 'w.bin': weights });
    const first = await open(whole);
    const second = await open(whole);
    expect(second.info?.optimizedModelCache).toBe('hit');
    const { y } = await first.run({ x: foldableInput });
    expect((await second.run({ x: foldableInput })).y).toEqual(y);
    const changed = weights.slice();
    changed[3] = 0x3f;
    expect(await outcomeOf(loadedModel(bytes, { 'w.bin': changed }))).toBe('stored');
    // The kept model has the weights inside; without them the model is refused all the same.
    await expect(open(loadedModel(bytes))).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' });
  });

  it('serves workers that open at the same time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => outcomeOf(model)));
    expect(new Set(outcomes)).toEqual(new Set(['stored']));
    await onlyEntry();
    expect(await outcomeOf(model)).toBe('hit');
  });
});

describe('what is kept is not taken', () => {
  it.each([
    ['another file', { model: loadedModel(foldableModel(2).bytes) }],
    ['another optimisation level', { options: { graphOptimizationLevel: 'basic' } }],
    [
      'another session configuration',
      { options: { sessionConfig: { 'session.disable_double_qdq_remover': '1' } } },
    ],
  ])('for %s', async (_what, changed) => {
    await open(model);
    const one = { model, options: {}, ...changed };
    expect(await outcomeOf(one.model, one.options)).toBe('stored');
    expect(await entries()).toHaveLength(2);
    expect(await outcomeOf(one.model, one.options)).toBe('hit');
  });

  it('for another version of the engine', async () => {
    const options = ortOptionsSchema.parse({});
    const ort = await loadOrt(3);
    const cache = new OptimizedModelCache(directory, 2 ** 30);
    const withVersion = async (version: string) => {
      const key = optimizedModelKey(model, version, options);
      const { session, outcome } = await openThroughCache(
        ort,
        model,
        {},
        { cache, key, logger: context.logger },
      );
      await session.release();
      return outcome;
    };
    expect(await withVersion('1.30.0')).toBe('stored');
    expect(await withVersion('1.30.0')).toBe('hit');
    expect(await withVersion('1.30.1')).toBe('stored');
  });

  it('for other numbers of threads it is: they do not change the graph', async () => {
    await open(model, { intraOpThreads: 1 });
    expect(await outcomeOf(model, { intraOpThreads: 2 })).toBe('hit');
  });

  it.each<[string, (file: string) => Promise<void>]>([
    [
      'a byte is another',
      async (file) => {
        const bytes = await readFile(file);
        bytes.writeUInt8((bytes[5000] ?? 0) ^ 1, 5000);
        await writeFile(file, bytes);
      },
    ],
    ['it ends too early', async (file) => truncate(file, (await stat(file)).size - 1000)],
    ['it is empty', (file) => truncate(file, 0)],
    ['it is the plain model without a seal', (file) => writeFile(file, model.model.bytes)],
    [
      'it is a folder',
      async (file) => {
        await rm(file);
        mkdirSync(file);
      },
    ],
    [
      'it is a link',
      async (file) => {
        const elsewhere = `${directory}.elsewhere`;
        await writeFile(elsewhere, await readFile(file));
        await rm(file);
        await symlink(elsewhere, file);
      },
    ],
    ['others may write to it', (file) => chmod(file, 0o666)],
  ])('when %s; it is replaced', async (_what, spoil) => {
    await open(model);
    const file = await onlyEntry();
    await spoil(file);
    expect(await outcomeOf(model)).toBe('stored');
    expect(await outcomeOf(model)).toBe('hit');
    await rm(`${directory}.elsewhere`, { force: true });
  });

  it('when it is sealed for another key, as a renamed entry is', async () => {
    await open(model);
    const [first = ''] = await entries();
    await open(loadedModel(foldableModel(2).bytes));
    const [second = ''] = (await entries()).filter((file) => file !== first);
    await writeFile(first, await readFile(second));
    expect(await outcomeOf(model)).toBe('stored');
  });

  it('when it is sealed and no model', async () => {
    await open(model);
    const file = await onlyEntry();
    const key = optimizedModelKey(model, '1.30.0', ortOptionsSchema.parse({}));
    const text = Buffer.from('this is no model');
    await writeFile(file, Buffer.concat([text, seal(key, text)]));
    expect(await outcomeOf(model)).toBe('stored');
    expect(await outcomeOf(model)).toBe('hit');
  });
});

describe('a model opens all the same', () => {
  it('when the folder cannot be made', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const session = await open(model, { optimizedModelCache: { dir: join(file, 'below') } });
    expect(session.info?.optimizedModelCache).toMatch(/^not kept: .*(ENOTDIR|EEXIST)/);
    expect((await session.run({ x: foldableInput })).y?.dims).toEqual([1, 64, 4, 4]);
  });

  it('and a model that the engine refuses is refused with its own words, leaving nothing behind', async () => {
    const truncated = loadedModel(model.model.bytes.slice(0, 100_000));
    await expect(open(truncated)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
    expect(await entries()).toEqual([]);
  });
});

describe('the folder', () => {
  it('is bounded: what was used longest ago goes first', async () => {
    const models = [1, 2, 3].map((seed) => loadedModel(foldableModel(seed).bytes));
    const [a, b, c] = models.map(
      (one) => () => outcomeOf(one, { optimizedModelCache: { dir: directory, maxBytes: 400_000 } }),
    );
    await a?.();
    const [first = ''] = await entries();
    await utimes(first, 1, 1);
    await b?.();
    expect(await a?.()).toBe('hit'); // used now, so the other one is older
    const [second = ''] = (await entries()).filter((file) => file !== first);
    await utimes(second, 1, 1);
    await c?.();
    expect(existsSync(first)).toBe(true);
    expect(existsSync(second)).toBe(false);
    expect(await b?.()).toBe('stored');
  });

  it('is cleared of what a writer left that died', async () => {
    const dead = join(directory, 'writing-dead');
    const alive = join(directory, 'writing-alive');
    for (const folder of [dead, alive]) mkdirSync(folder);
    await writeFile(join(dead, 'model.onnx'), 'half');
    await utimes(dead, 1, 1);
    await open(model);
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  });

  it.skipIf(process.platform === 'win32')('holds files that this user alone may write', async () => {
    await open(model);
    expect((await stat(await onlyEntry())).mode & 0o777).toBe(0o600);
  });

  it('is named by the environment when the host names none', async () => {
    expect(await outcomeOf(model, { optimizedModelCache: {} }, { CARE_CACHE_DIR: directory })).toBe('stored');
    expect(await readdir(directory)).toEqual(['ort-optimized']);
    expect(await outcomeOf(model, { optimizedModelCache: {} })).toBe('off');
  });

  it.each<[Record<string, string>, NodeJS.Platform, string | undefined]>([
    [
      { CARE_CACHE_DIR: '/a', MODEL_CACHE_DIR: '/b', XDG_CACHE_HOME: '/c', HOME: '/d' },
      'linux',
      '/a/ort-optimized',
    ],
    [{ CARE_CACHE_DIR: '', MODEL_CACHE_DIR: '/b', HOME: '/d' }, 'linux', '/b/ort-optimized'],
    [{ XDG_CACHE_HOME: '/c', HOME: '/d' }, 'linux', '/c/care/ort-optimized'],
    [{ HOME: '/d' }, 'darwin', '/d/.cache/care/ort-optimized'],
    [{ LOCALAPPDATA: '/e', HOME: '/d' }, 'win32', '/e/care/cache/ort-optimized'],
    [{ HOME: '/d' }, 'win32', undefined],
    [{}, 'linux', undefined],
  ])('%j on %s is %s', (env, platform, expected) => {
    expect(defaultCacheDirectory(env, platform)).toBe(expected === undefined ? undefined : join(expected));
  });
});

it('leaves models alone that open at once, and providers that compile', async () => {
  const small = loadedModel(foldableModel().bytes.slice(0, 1000));
  await expect(open(small)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
  expect(await outcomeOf(model, { graphOptimizationLevel: 'disabled' })).toBe('off');
  expect(await entries()).toEqual([]);
});

describe('a seal', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((data) => Buffer.from(data));

  it('opens what it closed, and nothing else', () => {
    fc.assert(
      fc.property(bytes, key, fc.nat(), fc.integer({ min: 1, max: 255 }), (data, name, where, change) => {
        const entry = Buffer.concat([data, seal(name, data)]);
        expect(unseal(name, entry)).toEqual(Buffer.from(data));
        const spoiled = Buffer.from(entry);
        const at = where % spoiled.length;
        spoiled.writeUInt8((spoiled[at] ?? 0) ^ change, at);
        expect(unseal(name, spoiled)).toBeUndefined();
        expect(unseal(name, entry.subarray(0, at))).toBeUndefined();
      }),
    );
  });

  it('is not found in any other bytes', () => {
    fc.assert(fc.property(bytes, key, (data, name) => unseal(name, Buffer.from(data)) === undefined));
  });
});
