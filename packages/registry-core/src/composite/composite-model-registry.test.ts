import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CareErrorCode } from '../errors/error-codes.js';
import { CompositeModelRegistry } from './composite-model-registry.js';
import { failing, having } from './registries.fixture.js';
import { coded } from '../matching.fixture.js';

const unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);
beforeEach(() => process.on('unhandledRejection', remember));
afterEach(async () => {
  await delay(5);
  process.off('unhandledRejection', remember);
  expect(unhandled.splice(0)).toEqual([]);
});

describe('resolve', () => {
  it('asks in order and stops at the first that has it', async () => {
    const asked: string[] = [];
    const spy = (name: string, ids: string[]) => {
      const registry = having(name, ids);
      return {
        registry: {
          ...registry,
          resolve: (...args: Parameters<typeof registry.resolve>) => (
            asked.push(name),
            registry.resolve(...args)
          ),
        },
      };
    };
    const composite = new CompositeModelRegistry([spy('aa', []), spy('bb', ['x']), spy('cc', ['x'])]);
    const resolved = await composite.resolve('x');
    expect(asked).toEqual(['aa', 'bb']);
    expect(resolved).toMatchObject({
      registry: 'bb',
      package: { modelId: 'x', source: 'bb' },
      answers: [
        { registry: 'aa', outcome: 'not-found', error: { code: 'MODEL_NOT_FOUND' } },
        { registry: 'bb', outcome: 'found' },
      ],
    });
    expect(resolved.answers.every((answer) => answer.durationMs >= 0)).toBe(true);
  });

  it('says MODEL_NOT_FOUND, with what each said, when nobody has it', async () => {
    const composite = new CompositeModelRegistry([
      { registry: having('aa', ['y']) },
      { registry: having('bb', []) },
    ]);
    await expect(composite.resolve('x')).rejects.toThrow(coded('MODEL_NOT_FOUND', /"x".*"aa".*only y.*"bb"/));
  });

  it('says so when there is no registry at all', async () => {
    await expect(new CompositeModelRegistry([]).resolve('x')).rejects.toThrow(
      coded('MODEL_NOT_FOUND', /no registry/),
    );
  });

  it.each<CareErrorCode>(['MANIFEST_INVALID', 'UNAUTHORIZED', 'REGISTRY_UNAVAILABLE', 'PATH_FORBIDDEN'])(
    'is stopped by %s, with code, remedy, details and cause of the failure',
    async (code) => {
      const composite = new CompositeModelRegistry([
        { registry: having('aa', []) },
        { registry: failing('bb', code) },
        { registry: having('cc', ['x']) },
      ]);
      const message = new RegExp(
        `"aa" does not have it.*"bb" failed with ${code} \\(bb is broken\\).*not asked: "cc"`,
      );
      const error: unknown = await composite.resolve('x').catch((reason: unknown) => reason);
      expect(error).toEqual(coded(code, message, { registry: 'bb', file: 'a.json', notAsked: ['cc'] }));
      expect(error).toMatchObject({ cause: { message: 'bb is broken' } });
    },
  );

  it("passes over a failure where the host said onError: 'continue'", async () => {
    const composite = new CompositeModelRegistry([
      { registry: failing('aa', 'UNAUTHORIZED'), onError: 'continue' },
      { registry: having('bb', ['x']) },
    ]);
    const { registry, answers } = await composite.resolve('x');
    expect(registry).toBe('bb');
    expect(answers[0]).toMatchObject({ registry: 'aa', outcome: 'failed', error: { code: 'UNAUTHORIZED' } });
  });

  it('goes on where one is offline: what a later one holds is all there is', async () => {
    const offline = { registry: failing('aa', 'OFFLINE') };
    const { registry } = await new CompositeModelRegistry([
      offline,
      { registry: having('bb', ['x']) },
    ]).resolve('x');
    expect(registry).toBe('bb');
    const nobody = new CompositeModelRegistry([offline, { registry: having('bb', []) }]);
    await expect(nobody.resolve('x')).rejects.toThrow(coded('OFFLINE', /"aa" failed.*"bb" does not have it/));
  });

  it('does not pretend not-found when one that was passed over may have it', async () => {
    const composite = new CompositeModelRegistry([
      { registry: having('aa', []) },
      { registry: failing('bb', 'REGISTRY_UNAVAILABLE'), onError: 'continue' },
      { registry: having('cc', []) },
    ]);
    const message = /"aa" does not have it.*"bb" failed.*"cc" does not have it/;
    await expect(composite.resolve('x')).rejects.toThrow(coded('REGISTRY_UNAVAILABLE', message));
  });

  it('asks only the registry that the reference names', async () => {
    const composite = new CompositeModelRegistry([
      { registry: having('aa', ['x']) },
      { registry: having('bb', ['x']) },
    ]);
    expect(await composite.resolve('bb:x')).toMatchObject({ registry: 'bb', answers: [{ registry: 'bb' }] });
    await expect(composite.resolve('bb:y')).rejects.toThrow(coded('MODEL_NOT_FOUND', /^(?!.*"aa")/));
  });

  it('names the known registries, and the nearest, for an unknown one', async () => {
    const composite = new CompositeModelRegistry([{ registry: having('roboflow', []) }]);
    await expect(composite.resolve('robflow:x')).rejects.toThrow(
      coded('PLUGIN_NOT_FOUND', /"robflow".*"roboflow".*Did you mean "roboflow"/),
    );
  });

  it('rejects an ill reference', async () => {
    await expect(new CompositeModelRegistry([]).resolve('../x')).rejects.toThrow(coded('REFERENCE_INVALID'));
  });
});

describe('time and cancellation', () => {
  it('gives a registry its time, aborts its signal and ignores a late answer', async () => {
    let seen: AbortSignal | undefined;
    const late = having('aa', [], {
      resolve: async (_reference, options) => {
        seen = options?.signal;
        await delay(60);
        throw new Error('late failure that nobody waits for');
      },
    });
    const composite = new CompositeModelRegistry([{ registry: late, timeoutMs: 20 }]);
    await expect(composite.resolve('x')).rejects.toThrow(
      coded('REGISTRY_TIMEOUT', /"aa" did not answer within 20 ms/),
    );
    expect(seen?.aborted).toBe(true);
    await delay(60);
  });

  it('goes on after a timeout where the host said so', async () => {
    const never = having('aa', [], { resolve: () => new Promise(() => undefined) });
    const composite = new CompositeModelRegistry([
      { registry: never, timeoutMs: 10, onError: 'continue' },
      { registry: having('bb', ['x']) },
    ]);
    const { answers } = await composite.resolve('x');
    expect(answers[0]).toMatchObject({ outcome: 'failed', error: { code: 'REGISTRY_TIMEOUT' } });
    expect(answers[0]?.durationMs).toBeGreaterThanOrEqual(9);
  });

  it('rejects with ABORTED at once, even when the registry ignores its signal, and asks no further', async () => {
    const never = having('aa', [], { resolve: () => new Promise(() => undefined) });
    const composite = new CompositeModelRegistry([
      { registry: never, onError: 'continue' },
      { registry: having('bb', ['x']) },
    ]);
    const controller = new AbortController();
    const calls = [
      composite.resolve('x', controller),
      composite.explain('x', controller),
      composite.list({ signal: AbortSignal.abort() }),
      composite.resolve('x', { signal: AbortSignal.abort('why') }),
    ];
    setTimeout(() => controller.abort(), 5);
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toEqual({ status: 'rejected', reason: coded('ABORTED') });
    }
  });

  it('leaves no listener on the caller’s signal', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const composite = new CompositeModelRegistry([{ registry: having('aa', ['x']) }]);
    for (let i = 0; i < 20; i++) await composite.resolve('x', { signal });
    expect(listeners).toBe(0);
  });
});
