import { CareError, type ModelRegistry } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { failingChecks } from '../failing-checks.fixture.js';
import { memorySubject } from './memory-registry.fixture.js';
import { registryChecks } from './registry-checks.js';
import { registryContract } from './registry-contract.js';
import type { RegistrySubject } from './registry-subject.js';

// A correct registry passes, declared as a plugin's author declares it.
registryContract(() => memorySubject());

describe('a registry with only what is required', () => {
  it('passes', async () => {
    const create = () =>
      memorySubject((registry) => ({
        registry: {
          contract: 1,
          name: 'memory',
          resolve: async (reference, options) => {
            const model = await registry.resolve(reference, options);
            return (await registry.fetch?.(model, 'onnx-fp32')) ?? model;
          },
        },
      }));
    expect(await failingChecks(registryChecks(create))).toEqual(new Map());
  });
});

type Wrong = (registry: ModelRegistry) => Partial<RegistrySubject>;
const changed = (change: (registry: ModelRegistry) => object): Wrong => {
  return (registry) => ({ registry: { ...registry, ...change(registry) } });
};
let calls = 0;

describe('a wrong registry fails, in the check that is about it', () => {
  const cases: [string, Wrong, string, RegExp][] = [
    ['another contract', changed(() => ({ contract: 2 })), 'names itself', /contract/],
    ['an invalid name', changed(() => ({ name: 'Not Valid' })), 'names itself', /Not Valid/],
    [
      'a package without variants',
      changed((registry) => ({
        resolve: async (...args: Parameters<ModelRegistry['resolve']>) => ({
          ...(await registry.resolve(...args)),
          variants: [],
        }),
      })),
      'resolves a known reference',
      /variants/,
    ],
    [
      'a class instance in the metadata',
      changed((registry) => ({
        resolve: async (...args: Parameters<ModelRegistry['resolve']>) => ({
          ...(await registry.resolve(...args)),
          metadata: { when: new Date(0) },
        }),
      })),
      'gives plain data',
      /JSON/,
    ],
    [
      'an answer that changes',
      changed((registry) => ({
        resolve: async (...args: Parameters<ModelRegistry['resolve']>) => ({
          ...(await registry.resolve(...args)),
          source: `${calls++}`,
        }),
      })),
      'answers the same',
      /differ/,
    ],
    [
      'a plain error for what it does not have',
      changed((registry) => ({
        resolve: (...args: Parameters<ModelRegistry['resolve']>) =>
          args[0].modelId === 'no-such-model' ? Promise.reject(new Error('404')) : registry.resolve(...args),
      })),
      'says MODEL_NOT_FOUND',
      /expected a CareError MODEL_NOT_FOUND, but got: 404/,
    ],
    [
      'another version than asked for',
      changed((registry) => ({
        resolve: ({ raw, modelId }: Parameters<ModelRegistry['resolve']>[0], options: object) =>
          registry.resolve({ raw, modelId }, options),
      })),
      'does not answer an unknown version',
      /it succeeded/,
    ],
    [
      'MODEL_NOT_FOUND where it could not tell',
      changed((registry) => ({
        resolve: (...args: Parameters<ModelRegistry['resolve']>) =>
          args[0].modelId === 'broken'
            ? Promise.reject(new CareError('MODEL_NOT_FOUND', 'hidden'))
            : registry.resolve(...args),
      })),
      'says what kept it',
      /MANIFEST_INVALID, but got MODEL_NOT_FOUND/,
    ],
    [
      'no ear for the signal',
      changed((registry) => ({
        resolve: (reference: Parameters<ModelRegistry['resolve']>[0]) => registry.resolve(reference),
      })),
      'rejects with ABORTED',
      /resolve: expected ABORTED/,
    ],
    [
      'a list without its model',
      changed(() => ({ list: () => Promise.resolve([]) })),
      'lists what it resolves',
      /does not hold/,
    ],
    [
      'a list that names a model twice',
      changed((registry) => ({
        list: async () => [...((await registry.list?.()) ?? []), ...((await registry.list?.()) ?? [])],
      })),
      'lists what it resolves',
      /more than once/,
    ],
    [
      'a fetch that brings nothing',
      changed(() => ({ fetch: (model: unknown) => Promise.resolve(model) })),
      'makes every artifact',
      /no absolute path/,
    ],
    [
      'a file of another hash',
      changed((registry) => ({
        fetch: async (...args: Parameters<NonNullable<ModelRegistry['fetch']>>) => {
          const local = JSON.stringify(await registry.fetch?.(...args));
          return JSON.parse(local.replace(/"sha256":"\w{2}/, '"sha256":"00')) as unknown;
        },
      })),
      'makes every artifact',
      /sha256/,
    ],
    [
      'a watch that gives nothing',
      changed(() => ({ watch: () => Promise.resolve(null) })),
      'watches until',
      /function/,
    ],
    [
      'a second dispose that throws',
      changed(() => {
        let disposed = 0;
        return { dispose: () => (disposed++ === 1 ? Promise.reject(new Error('twice')) : Promise.resolve()) };
      }),
      'is disposed without complaint',
      /twice/,
    ],
    [
      'options that must be given',
      (registry) => ({
        definition: {
          contract: 1,
          kind: 'registry',
          name: 'memory',
          options: z.object({ key: z.string() }),
          create: () => registry,
        },
      }),
      'is defined by a plugin',
      /accept \{\}/,
    ],
    [
      'a timer that starts at creation',
      (registry) => ({
        definition: {
          contract: 1,
          kind: 'registry',
          name: 'memory',
          options: z.object({}),
          create: () => {
            const timer = setTimeout(() => undefined, 60_000);
            return {
              ...registry,
              dispose: () => {
                clearTimeout(timer);
                return Promise.resolve();
              },
            };
          },
        },
      }),
      'is defined by a plugin',
      /opened handles/,
    ],
  ];
  it.each(cases)('%s', async (_name, wrong, check, message) => {
    const failures = await failingChecks(registryChecks(() => memorySubject(wrong)));
    const [failed] = [...failures].filter(([name]) => name.startsWith(check));
    expect(failed?.[1], `failing checks: ${JSON.stringify([...failures])}`).toMatch(message);
  });
});
