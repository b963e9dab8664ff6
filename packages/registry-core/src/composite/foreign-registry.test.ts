import { describe, expect, it } from 'vitest';
import type { CareErrorCode } from '../errors/error-codes.js';
import { modelPackage } from '../model-package.fixture.js';
import { CompositeModelRegistry } from './composite-model-registry.js';
import { answering, failing } from './registries.fixture.js';
import { coded } from '../matching.fixture.js';

describe('what a foreign registry may do', () => {
  const throwing = (value: unknown) => () => {
    // A registry in plain JavaScript may throw anything.
    throw value as Error;
  };
  it.each<[string, () => unknown, CareErrorCode, RegExp]>([
    [
      'reject with a plain error',
      () => Promise.reject(new TypeError('oops')),
      'REGISTRY_UNAVAILABLE',
      /oops/,
    ],
    ['throw synchronously', throwing(new Error('sync')), 'REGISTRY_UNAVAILABLE', /sync/],
    ['throw a string', throwing('text'), 'REGISTRY_UNAVAILABLE', /text/],
    ['throw undefined', throwing(undefined), 'REGISTRY_UNAVAILABLE', /undefined/],
    ['give nothing', () => undefined, 'PLUGIN_INVALID', /"aa" gave an invalid model package/],
    ['give a promise of a string', () => Promise.resolve('x'), 'PLUGIN_INVALID', /the answer/],
    [
      'give a package with a wrong field',
      () => ({ ...modelPackage(), task: 3 }),
      'PLUGIN_INVALID',
      /"aa".*task: /,
    ],
    [
      'give a function inside',
      () => ({ ...modelPackage(), metadata: { a: [() => 1] } }),
      'PLUGIN_INVALID',
      /metadata\.a\[0\] is a function/,
    ],
    [
      'give ten thousand mistakes',
      () => ({ ...modelPackage(), classNames: Array(10_000).fill(3) }),
      'PLUGIN_INVALID',
      /\(10000 problems\)/,
    ],
    [
      'throw from a getter',
      () => Object.defineProperty({}, 'modelId', { enumerable: true, get: throwing(new Error('getter')) }),
      'PLUGIN_INVALID',
      /cannot be read/,
    ],
  ])('%s: a typed error that names it', async (_name, answer, code, message) => {
    const composite = new CompositeModelRegistry([{ registry: answering('aa', answer) }]);
    const error: unknown = await composite.resolve('x').catch((reason: unknown) => reason);
    expect(error).toEqual(coded(code, message, { registry: 'aa' }));
    expect((error as Error).message.length).toBeLessThan(1500);
  });

  it('say ABORTED when nobody cancelled: that is its failure', async () => {
    const composite = new CompositeModelRegistry([{ registry: failing('aa', 'ABORTED') }]);
    await expect(composite.resolve('x')).rejects.toThrow(coded('REGISTRY_UNAVAILABLE'));
  });

  it('change its answer later: the package that was given stays', async () => {
    const mine = { ...modelPackage(), classNames: ['a'] };
    const composite = new CompositeModelRegistry([{ registry: answering('aa', () => mine) }]);
    const { package: model } = await composite.resolve('x');
    mine.classNames.push('b');
    expect(model.classNames).toEqual(['a']);
  });

  it('set optional fields to undefined: they are left out', async () => {
    const answer = { ...modelPackage(), version: undefined, source: undefined };
    const composite = new CompositeModelRegistry([{ registry: answering('aa', () => answer) }]);
    expect(Object.keys((await composite.resolve('x')).package)).not.toContain('version');
  });
});
