import {
  CareError,
  type InferenceBackend,
  type InferenceSession,
  type LoadedModel,
  type OpenOptions,
} from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { failingChecks } from '../failing-checks.fixture.js';
import { backendChecks } from './backend-checks.js';
import { backendContract } from './backend-contract.js';
import { toyBackend, toyModels } from './doubling-backend.fixture.js';

// A correct backend passes, declared as a plugin's author declares it.
backendContract(() => ({ backend: toyBackend() }), { models: toyModels() });

const failing = (wrong: (backend: InferenceBackend) => object) =>
  failingChecks(
    backendChecks(
      () => {
        const backend = toyBackend();
        return { backend: { ...backend, ...wrong(backend) } };
      },
      { models: toyModels() },
    ),
  );

const withoutDevice = ({ signal }: OpenOptions = {}): OpenOptions => (signal === undefined ? {} : { signal });

/** A backend whose sessions are changed. */
const sessions = (change: (session: InferenceSession) => object) => (backend: InferenceBackend) => ({
  open: async (...args: Parameters<InferenceBackend['open']>) => {
    const session = await backend.open(...args);
    return { ...session, ...change(session) };
  },
});

describe('a backend that is not available here', () => {
  const absent = (open: InferenceBackend['open']) => () => ({
    probe: () => Promise.resolve({ available: false, devices: [], reason: 'no driver' }),
    open,
  });

  it('passes when open says so', async () => {
    const open = () => Promise.reject(new CareError('BACKEND_UNAVAILABLE', 'no driver'));
    expect(await failing(absent(open))).toEqual(new Map());
  });

  it('fails when open says something else', async () => {
    const failures = await failing(absent(() => Promise.reject(new Error('dlopen'))));
    expect([...failures.values()][0]).toMatch(/BACKEND_UNAVAILABLE, but got: dlopen/);
  });
});

describe('with a reference engine', () => {
  const models = toyModels();
  const reference = (model: LoadedModel) => toyBackend().open(model);
  const failingBeside = (backend: InferenceBackend) =>
    failingChecks(backendChecks(() => ({ backend }), { models, reference }));

  it('passes when it gives the same', async () => {
    const names = backendChecks(() => ({ backend: toyBackend() }), { models, reference }).map(
      ({ name }) => name,
    );
    expect(names.filter((name) => name.startsWith('agrees with the reference'))).toEqual([
      'agrees with the reference on: doubling',
      'agrees with the reference on: strings',
    ]);
    expect(await failingBeside(toyBackend())).toEqual(new Map());
  });

  it('fails where it gives something else, though the worked examples are right', async () => {
    const rounding = sessions((session) => ({
      run: async (inputs: Parameters<InferenceSession['run']>[0]) => {
        const { y } = await session.run(inputs);
        return y?.type === 'float32' ? { y: { ...y, data: y.data.map(Math.round) } } : {};
      },
    }));
    const failures = await failingBeside({ ...toyBackend(), ...rounding(toyBackend()) });
    expect([...failures.keys()]).toEqual(['agrees with the reference on: doubling']);
    expect([...failures.values()][0]).toMatch(/doubling: output y: .* the greatest error is 0\.[34]/);
  });
});

describe('a wrong backend fails, in the check that is about it', () => {
  const cases: [string, (backend: InferenceBackend) => object, string, RegExp][] = [
    ['another format', () => ({ formats: ['onnx'] }), 'names itself', /do not hold "toy"/],
    [
      'a probe that throws',
      () => ({ probe: () => Promise.reject(new Error('dlopen')) }),
      'tells what is there',
      /dlopen/,
    ],
    [
      'a device that is missing without a reason',
      () => ({
        probe: () =>
          Promise.resolve({
            available: true,
            devices: [
              { id: 'cpu', available: true },
              { id: 'cuda', available: false },
            ],
          }),
      }),
      'tells what is there',
      /"cuda".*why/,
    ],
    [
      'wrong numbers',
      sessions((session) => ({
        run: async (inputs: Parameters<InferenceSession['run']>[0]) => {
          const { y } = await session.run(inputs);
          return y?.type === 'float32' ? { y: { ...y, data: y.data.map((value) => value + 1e-3) } } : {};
        },
      })),
      'computes: doubling',
      /element 0 is 2\.00/,
    ],
    [
      'another device than asked for',
      (backend) => ({
        open: (model: LoadedModel, options?: OpenOptions) => backend.open(model, withoutDevice(options)),
      }),
      'says BACKEND_UNAVAILABLE',
      /it succeeded/,
    ],
    [
      'no ear for the signal',
      (backend) => ({
        open: (model: Parameters<InferenceBackend['open']>[0], { device }: OpenOptions = {}) =>
          backend.open(model, device === undefined ? {} : { device }),
      }),
      'rejects with ABORTED',
      /it succeeded/,
    ],
    [
      'engine errors for ill inputs',
      sessions((session) => ({
        run: (inputs: Parameters<InferenceSession['run']>[0]) =>
          'x' in inputs ? session.run(inputs) : Promise.reject(new TypeError('x of undefined')),
      })),
      'says INPUT_INVALID for a missing input',
      /x of undefined/,
    ],
    [
      'one output buffer for all sessions',
      (backend) => {
        const shared = new Float32Array(2);
        return sessions((session) => ({
          run: async (inputs: Parameters<InferenceSession['run']>[0]) => {
            const { y } = await session.run(inputs);
            if (y?.type !== 'float32') return {};
            shared.set(y.data.subarray(0, 2));
            return { y: { ...y, data: shared.subarray(0, y.data.length) } };
          },
        }))(backend);
      },
      'runs two sessions',
      /the first session/,
    ],
    [
      'inputs used as scratch space',
      sessions((session) => ({
        run: async (inputs: Parameters<InferenceSession['run']>[0]) => {
          const outputs = await session.run(inputs);
          if (inputs.x?.type === 'float32') inputs.x.data.fill(0);
          return outputs;
        },
      })),
      'keeps the output',
      /the input was changed/,
    ],
    [
      'sessions that live on',
      sessions(() => ({ dispose: () => Promise.resolve() })),
      'says DISPOSED',
      /it succeeded/,
    ],
  ];
  it.each(cases)('%s', async (_name, wrong, check, message) => {
    const failures = await failing(wrong);
    const [failed] = [...failures].filter(([name]) => name.startsWith(check));
    expect(failed?.[1], `failing checks: ${JSON.stringify([...failures])}`).toMatch(message);
  });
});
