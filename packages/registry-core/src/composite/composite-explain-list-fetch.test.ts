import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CareErrorCode } from '../errors/error-codes.js';
import type { ModelRegistry } from '../model-registry.js';
import { modelPackage } from '../model-package.fixture.js';
import { CompositeModelRegistry } from './composite-model-registry.js';
import { answering, failing, having } from './registries.fixture.js';
import { coded, text } from '../matching.fixture.js';

describe('explain', () => {
  it('asks all at once and tells what resolve would give', async () => {
    // Nobody answers before all have been asked: one after the other would never end.
    let asked = 0;
    let open: () => void = () => undefined;
    const allAsked = new Promise<void>((resolve) => (open = resolve));
    const waiting = (registry: ModelRegistry): ModelRegistry => ({
      ...registry,
      resolve: async (reference) => {
        if (++asked === 3) open();
        await allAsked;
        await delay(20);
        return registry.resolve(reference);
      },
    });
    const composite = new CompositeModelRegistry([
      { registry: waiting(having('aa', [])) },
      { registry: waiting(having('bb', ['x'])) },
      { registry: waiting(failing('cc', 'UNAUTHORIZED')) },
    ]);
    const explanation = await composite.explain('x');
    expect(explanation).toMatchObject({
      reference: 'x',
      answers: [
        { outcome: 'not-found' },
        { outcome: 'found' },
        { outcome: 'failed', error: { code: 'UNAUTHORIZED' } },
      ],
      resolved: { registry: 'bb', answers: [{ registry: 'aa' }, { registry: 'bb' }] },
    });
    expect(explanation.answers[0]?.durationMs).toBeGreaterThanOrEqual(19);
    expect(explanation.error).toBeUndefined();
  });

  it('tells the error that resolve would throw, and still what later registries say', async () => {
    const composite = new CompositeModelRegistry([
      { registry: failing('aa', 'MANIFEST_INVALID') },
      { registry: having('bb', ['x']) },
    ]);
    const explanation = await composite.explain('x');
    expect(explanation).toMatchObject({
      answers: [{ outcome: 'failed' }, { outcome: 'found' }],
      error: { code: 'MANIFEST_INVALID', details: { notAsked: ['bb'] } },
    });
    expect(explanation.resolved).toBeUndefined();
    const thrown: unknown = await composite.resolve('x').catch((error: unknown) => error);
    expect((thrown as Error).message).toBe(explanation.error?.message);
  });

  it('marks as skipped whom the reference does not name', async () => {
    const composite = new CompositeModelRegistry([
      { registry: having('aa', ['x']) },
      { registry: having('bb', ['x']) },
    ]);
    const { answers, resolved } = await composite.explain('bb:x');
    expect(answers.map((answer) => answer.outcome)).toEqual(['skipped', 'found']);
    expect(resolved?.registry).toBe('bb');
  });

  it.each([
    ['a\\b', 'REFERENCE_INVALID'],
    ['nobody:x', 'PLUGIN_NOT_FOUND'],
  ])('explains %s as well', async (reference, code) => {
    const composite = new CompositeModelRegistry([{ registry: having('aa', ['x']) }]);
    expect(await composite.explain(reference)).toMatchObject({ error: { code } });
  });
});

describe('list', () => {
  it('merges in order, marks what is shadowed and tells who could not list', async () => {
    const silent: ModelRegistry = { contract: 1, name: 'dd', resolve: () => Promise.resolve(modelPackage()) };
    const composite = new CompositeModelRegistry([
      { registry: having('aa', ['x', 'y']) },
      {
        registry: having('bb', ['y', 'z'], {
          list: () => Promise.resolve([{ modelId: 'y', version: '1.0.0' }, { modelId: 'y' }]),
        }),
      },
      { registry: failing('cc', 'UNAUTHORIZED') },
      { registry: silent },
      { registry: answering('ee', () => [{ modelId: 3 }]) },
    ]);
    const { models, failures } = await composite.list();
    expect(models).toEqual([
      { modelId: 'x', version: '1.0.0', registry: 'aa' },
      { modelId: 'y', version: '1.0.0', registry: 'aa' },
      { modelId: 'y', version: '1.0.0', registry: 'bb', shadowedBy: 'aa' },
      { modelId: 'y', registry: 'bb' },
    ]);
    expect(failures).toMatchObject([
      { registry: 'cc', outcome: 'failed', error: { code: 'UNAUTHORIZED' } },
      { registry: 'dd', outcome: 'skipped', error: { code: 'UNSUPPORTED' } },
      {
        registry: 'ee',
        outcome: 'failed',
        error: { code: 'PLUGIN_INVALID', message: text(/\[0\]\.modelId/) },
      },
    ]);
  });
});

describe('fetch', () => {
  const local = modelPackage({
    modelId: 'x',
    variants: [
      {
        id: 'v',
        format: 'onnx',
        precision: 'fp32',
        artifacts: [{ name: 'm', role: 'model', path: import.meta.filename }],
      },
    ],
  });
  const remote = modelPackage({
    modelId: 'x',
    variants: [{ id: 'v', format: 'onnx', precision: 'fp32', artifacts: [{ name: 'm', role: 'model' }] }],
  });

  it('goes through the registry that resolved it and passes the progress on', async () => {
    const registry = having('bb', [], {
      resolve: () => Promise.resolve(remote),
      fetch: (model, variantId, options) => {
        expect([model, variantId]).toEqual([remote, 'v']);
        options?.onProgress?.({ artifact: 'm', receivedBytes: 1 });
        return Promise.resolve(local);
      },
    });
    const composite = new CompositeModelRegistry([{ registry: having('aa', []) }, { registry }]);
    const progress: unknown[] = [];
    const fetched = await composite.fetch(await composite.resolve('x'), 'v', {
      onProgress: (one) => progress.push(one),
    });
    expect(fetched).toMatchObject({
      registry: 'bb',
      package: local,
      answers: [{ registry: 'aa' }, { registry: 'bb' }],
    });
    expect(progress).toEqual([{ artifact: 'm', receivedBytes: 1 }]);
  });

  it('leaves a local package as it is, and does not believe a registry that brings no files', async () => {
    const composite = new CompositeModelRegistry([
      { registry: having('aa', [], { resolve: () => Promise.resolve(local) }) },
      {
        registry: having('bb', [], {
          resolve: () => Promise.resolve(remote),
          fetch: () => Promise.resolve(remote),
        }),
      },
    ]);
    expect((await composite.fetch(await composite.resolve('aa:x'), 'v')).package).toEqual(local);
    const resolved = await composite.resolve('bb:x');
    await expect(composite.fetch(resolved, 'v')).rejects.toThrow(
      coded('PLUGIN_INVALID', /path of artifact "m" is missing/),
    );
    await expect(composite.fetch(resolved, 'w')).rejects.toThrow(
      coded('OPTIONS_INVALID', /no variant "w", only "v"/),
    );
    await expect(composite.fetch(resolved, 'v', { signal: AbortSignal.abort() })).rejects.toThrow(
      coded('ABORTED'),
    );
  });
});

describe('construction and disposal', () => {
  it.each<[string, () => unknown, CareErrorCode, RegExp]>([
    [
      'two of one name',
      () => [{ registry: having('aa', []) }, { registry: having('aa', []) }],
      'PLUGIN_AMBIGUOUS',
      /"aa"/,
    ],
    ['an invalid name', () => [{ registry: having('A B', []) }], 'PLUGIN_INVALID', /name "A B"/],
    [
      'another contract',
      () => [{ registry: { ...having('aa', []), contract: 2 } }],
      'PLUGIN_INVALID',
      /contract 2/,
    ],
    ['no resolve', () => [{ registry: { contract: 1, name: 'aa' } }], 'PLUGIN_INVALID', /"resolve"/],
    [
      'a negative timeout',
      () => [{ registry: having('aa', []), timeoutMs: -1 }],
      'OPTIONS_INVALID',
      /timeoutMs/,
    ],
    [
      'an unknown onError',
      () => [{ registry: having('aa', []), onError: 'ignore' }],
      'OPTIONS_INVALID',
      /onError/,
    ],
  ])('refuses %s', (_name, members, code, message) => {
    expect(() => new CompositeModelRegistry(members() as [])).toThrow(coded(code, message));
  });

  it('disposes all, once, also when one fails, and says DISPOSED afterwards', async () => {
    const disposed: string[] = [];
    const disposing = (name: string, fails: boolean) =>
      having(name, ['x'], {
        dispose: () => {
          disposed.push(name);
          return fails ? Promise.reject(new Error(`${name} stuck`)) : Promise.resolve();
        },
      });
    const composite = new CompositeModelRegistry([
      { registry: disposing('aa', true) },
      { registry: disposing('bb', false) },
    ]);
    await expect(composite.dispose()).rejects.toThrow(coded('REGISTRY_UNAVAILABLE', /aa stuck/));
    await expect(composite.dispose()).rejects.toThrow(coded('REGISTRY_UNAVAILABLE'));
    expect(disposed).toEqual(['aa', 'bb']);
    await expect(composite.resolve('x')).rejects.toThrow(coded('DISPOSED'));
    await expect(composite.list()).rejects.toThrow(coded('DISPOSED'));
    await expect(composite.explain('x')).rejects.toThrow(coded('DISPOSED'));
  });
});
