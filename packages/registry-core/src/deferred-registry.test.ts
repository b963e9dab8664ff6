import { describe, expect, it } from 'vitest';
import { having } from './composite/registries.fixture.js';
import { deferredRegistry } from './deferred-registry.js';
import { parseModelReference } from './model-reference.js';

function deferred(failures = 0) {
  const counts = { opened: 0, disposed: 0 };
  const registry = deferredRegistry('aa', async () => {
    counts.opened += 1;
    if (counts.opened <= failures) throw new Error('cannot be loaded');
    return Promise.resolve({
      ...having('aa', ['x']),
      fetch: (model) => Promise.resolve({ ...model, source: 'fetched' }),
      dispose: () => {
        counts.disposed += 1;
        return Promise.resolve();
      },
    });
  });
  return { counts, registry };
}

describe('a deferred registry', () => {
  it('is opened by the first question, once for many', async () => {
    const { counts, registry } = deferred();
    expect(counts.opened).toBe(0);
    const x = parseModelReference('x');
    const [model] = await Promise.all([registry.resolve(x), registry.resolve(x)]);
    expect(model.modelId).toBe('x');
    expect((await registry.fetch?.(model, 'v'))?.source).toBe('fetched');
    await expect(registry.resolve(parseModelReference('y'))).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    expect(counts.opened).toBe(1);
    await registry.dispose?.();
    expect(counts.disposed).toBe(1);
  });

  it('that nobody asked has nothing to dispose of', async () => {
    const { counts, registry } = deferred();
    await registry.dispose?.();
    expect(counts).toEqual({ opened: 0, disposed: 0 });
  });

  it('is opened again when that failed', async () => {
    const { counts, registry } = deferred(1);
    const x = parseModelReference('x');
    await expect(registry.resolve(x)).rejects.toThrow('cannot be loaded');
    expect((await registry.resolve(x)).modelId).toBe('x');
    expect(counts.opened).toBe(2);
  });
});
