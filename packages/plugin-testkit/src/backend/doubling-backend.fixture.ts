import {
  CareError,
  type InferenceBackend,
  type InferenceSession,
  type LoadedModel,
  type Tensor,
} from '@care/registry-core';
import type { ContractModels } from './contract-models.js';

/** Models of a toy format: the text `double`, or `add` with a byte of external data that is added. */
export function toyModels(): ContractModels {
  const doubling = loaded('double');
  const tensor = (values: number[]): Tensor => ({
    type: 'float32',
    dims: [values.length / 2, 2],
    data: new Float32Array(values),
  });
  const runs = [{ inputs: { x: tensor([1, 2]) }, outputs: { y: tensor([2, 4]) } }];
  const added = [{ inputs: { x: tensor([1, 2]) }, outputs: { y: tensor([8, 9]) } }];
  const externalData = [{ name: 'offset', bytes: new Uint8Array([7]) }];
  return {
    doubling,
    cases: [
      { name: 'doubling', model: doubling, runs },
      { name: 'strings', model: { ...doubling, precision: 'string' }, runs, optional: true },
    ],
    corrupt: [{ name: 'a text', model: loaded('nonsense') }],
    external: {
      whole: { name: 'adding', model: { ...loaded('add'), externalData }, runs: added },
      missing: loaded('add'),
    },
  };
}

function loaded(text: string): LoadedModel {
  return {
    format: 'toy',
    precision: 'fp32',
    model: { name: 'model.toy', bytes: Buffer.from(text) },
    externalData: [],
  };
}

/** A correct backend in a few lines. */
export function toyBackend(): InferenceBackend {
  return {
    contract: 1,
    name: 'toy',
    formats: ['toy'],
    probe: () =>
      Promise.resolve({
        available: true,
        devices: [
          { id: 'cpu', available: true },
          { id: 'cuda', available: false, reason: 'a toy' },
        ],
      }),
    open: async (model, options) => {
      await Promise.resolve();
      if (options?.signal?.aborted === true) throw new CareError('ABORTED', 'cancelled');
      if (!['cpu', undefined].includes(options?.device))
        throw new CareError('BACKEND_UNAVAILABLE', 'only cpu');
      if (model.format !== 'toy' || model.precision !== 'fp32')
        throw new CareError('MODEL_INCOMPATIBLE', 'not mine');
      return toySession(program(model));
    },
    dispose: () => Promise.resolve(),
  };
}

function program({ model, externalData }: LoadedModel): (value: number) => number {
  const text = Buffer.from(model.bytes).toString();
  if (text === 'double') return (value) => 2 * value;
  if (text !== 'add') throw new CareError('ARTIFACT_CORRUPT', 'neither double nor add');
  const [offset] = externalData[0]?.bytes ?? [];
  if (offset === undefined) throw new CareError('ARTIFACT_MISSING', 'no offset');
  return (value) => value + offset;
}

function toySession(compute: (value: number) => number): InferenceSession {
  let disposed = false;
  const spec = (name: string) => [{ name, type: 'float32', shape: ['n', 2] }] as const;
  return {
    inputs: spec('x'),
    outputs: spec('y'),
    device: 'cpu',
    run: async ({ x, ...others }) => {
      await Promise.resolve();
      if (disposed) throw new CareError('DISPOSED', 'gone');
      const [batch = -1, columns] = x?.dims ?? [];
      const fits =
        x?.type === 'float32' &&
        x.dims.length === 2 &&
        batch >= 0 &&
        columns === 2 &&
        x.data.length === 2 * batch;
      if (!fits || Object.keys(others).length > 0)
        throw new CareError('INPUT_INVALID', 'x must be float32 [n, 2]');
      return { y: { type: 'float32', dims: x.dims, data: x.data.map(compute) } };
    },
    dispose: () => {
      disposed = true;
      return Promise.resolve();
    },
  };
}
