import type { ModelVariant, PluginDescriptor } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectorPackage } from '../testing/scripted-host.fixture.js';
import type { BackendFacts, CandidateVerdict, DeviceFacts } from './negotiation.js';
import { rankCandidates, type Situation } from './rank-candidates.js';
import { isSelected, PRECISION_FLOORS, type Selection, type Wishes } from './wishes.js';

const variant = (id: string, format: string, precision: string): ModelVariant => ({
  id,
  format,
  precision,
  artifacts: [{ name: `${id}.bin`, role: 'model' }],
});
const FP32 = variant('onnx-fp32', 'onnx', 'fp32');
const FP16 = variant('onnx-fp16', 'onnx', 'fp16');
const INT8 = variant('onnx-int8', 'onnx', 'int8');

const descriptor = (name: string): PluginDescriptor => ({
  kind: 'backends',
  name,
  packageName: `@test/${name}`,
  packageVersion: '1.0.0',
  packageDir: '/plugins',
  entryUrl: `file:///plugins/${name}.js`,
  priority: 0,
});
const backend = (
  name: string,
  devices?: readonly (string | DeviceFacts)[],
  formats = ['onnx'],
): BackendFacts => ({
  descriptor: descriptor(name),
  formats,
  ...(devices === undefined
    ? {}
    : {
        devices: devices.map((device) =>
          typeof device === 'string' ? { id: device, available: true } : device,
        ),
      }),
});
const rank = (
  variants: readonly ModelVariant[],
  backends: readonly BackendFacts[],
  wishes: Wishes = {},
  measured?: Situation['measured'],
): CandidateVerdict[] =>
  rankCandidates({
    model: detectorPackage(variants),
    backends,
    wishes,
    ...(measured === undefined ? {} : { measured }),
  }).map(({ verdict }) => verdict);
const order = (verdicts: readonly CandidateVerdict[]): string[] =>
  verdicts
    .filter(({ verdict }) => verdict === 'eligible')
    .map((one) => `${one.variant} ${one.backend} ${one.device ?? '-'}`);

describe('without wishes', () => {
  it('an accelerator comes before the CPU, with half precision first there and full precision first on the CPU', () => {
    expect(order(rank([FP32, FP16], [backend('ort', ['cpu', 'cuda'])]))).toEqual([
      'onnx-fp16 ort cuda',
      'onnx-fp32 ort cuda',
      'onnx-fp32 ort cpu',
      'onnx-fp16 ort cpu',
    ]);
  });

  it('8 bits and below are not taken unasked, unless there is nothing else', () => {
    const verdicts = rank([INT8, FP32], [backend('ort', ['cpu'])]);
    expect(order(verdicts)).toEqual(['onnx-fp32 ort cpu']);
    expect(verdicts.at(-1)).toMatchObject({
      verdict: 'rejected',
      reason: expect.stringMatching(/accuracy/) as string,
    });
    expect(order(rank([INT8], [backend('ort', ['cpu'])]))).toEqual(['onnx-int8 ort cpu']);
    expect(order(rank([INT8, FP32], [backend('ort', ['cpu'])], { minPrecision: 'int8' }))).toEqual([
      'onnx-fp32 ort cpu',
      'onnx-int8 ort cpu',
    ]);
  });

  it('what was made for an engine comes before what it would convert', () => {
    const backends = [backend('tensorrt', ['cuda'], ['onnx', 'tensorrt-engine'])];
    const engine = variant('engine', 'tensorrt-engine', 'fp16');
    expect(order(rank([FP16, engine], backends))).toEqual([
      'engine tensorrt cuda',
      'onnx-fp16 tensorrt cuda',
    ]);
  });

  it('a device that is not there, a format that does not fit and a broken backend each have their reason', () => {
    const absent = { id: 'cuda', available: false, reason: 'no driver' };
    const verdicts = rank(
      [FP32],
      [
        backend('ort', ['cpu', absent]),
        backend('openvino', ['cpu'], ['openvino-ir']),
        { descriptor: descriptor('third'), formats: [], broken: 'cannot be imported' },
      ],
    );
    expect(
      verdicts.map(({ backend: name, device, verdict, reason }) => [name, device, verdict, reason]),
    ).toEqual([
      ['ort', 'cpu', 'eligible', 'not measured here; cpu, fp32'],
      ['ort', 'cuda', 'rejected', 'no driver'],
      ['openvino', undefined, 'rejected', 'opens openvino-ir, not onnx'],
      ['third', undefined, 'rejected', 'cannot be imported'],
    ]);
  });
});

describe('with wishes and measurements', () => {
  const both = [backend('ort', ['cpu', 'cuda']), backend('openvino', ['CPU'])];

  it('preferred comes first, in its order, and the rest follows', () => {
    const prefer = [{ backend: 'openvino' }, { device: 'cpu' }];
    expect(order(rank([FP32], both, { prefer }))).toEqual([
      'onnx-fp32 openvino CPU',
      'onnx-fp32 ort cpu',
      'onnx-fp32 ort cuda',
    ]);
  });

  it('what was measured comes before what was not, the fastest first, and after what is preferred', () => {
    const measured: Situation['measured'] = ({ backend: { name }, device }) =>
      name === 'openvino' ? 9 : device === 'cpu' ? 12 : undefined;
    expect(order(rank([FP32], both, {}, measured))).toEqual([
      'onnx-fp32 openvino CPU',
      'onnx-fp32 ort cpu',
      'onnx-fp32 ort cuda',
    ]);
    expect(order(rank([FP32], both, { prefer: [{ device: 'cuda' }] }, measured))[0]).toBe(
      'onnx-fp32 ort cuda',
    );
  });

  it('a required device that no backend names is left to the backends to refuse', () => {
    expect(order(rank([FP32], [backend('ort', ['cpu'])], { require: { device: 'npu' } }))).toEqual([
      'onnx-fp32 ort npu',
    ]);
  });

  it('what is required is taken whatever its precision, and never against what is forbidden', () => {
    const ort = [backend('ort', ['cpu'])];
    expect(order(rank([FP32, INT8], ort, { require: { variant: 'onnx-int8' } }))).toEqual([
      'onnx-int8 ort cpu',
    ]);
    const wishes = { require: { variant: 'onnx-int8' }, forbid: [{ precision: 'int8' }] };
    expect(order(rank([FP32, INT8], ort, wishes))).toEqual([]);
  });
});

const names = {
  backend: ['ort', 'openvino', 'tensorrt', 'third'],
  device: ['cpu', 'cuda', 'npu', 'gpu', 'webgpu'],
};
const formats = fc.constantFrom('onnx', 'openvino-ir', 'tensorrt-engine');
const precisions = fc.constantFrom('fp32', 'fp16', 'int8', 'q4', 'mixed');
const variants = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), format: formats, precision: precisions }),
  { minLength: 1, maxLength: 4, selector: ({ id }) => id },
);
const device = fc.record(
  { id: fc.constantFrom(...names.device), available: fc.boolean(), reason: fc.constant('no driver') },
  { requiredKeys: ['id', 'available'] },
);
const facts = fc.uniqueArray(
  fc.record(
    {
      name: fc.constantFrom(...names.backend),
      formats: fc.uniqueArray(formats, { minLength: 1 }),
      devices: fc.uniqueArray(device, { selector: ({ id }) => id, maxLength: 3 }),
      broken: fc.constant('cannot be imported'),
    },
    { requiredKeys: ['name', 'formats'] },
  ),
  { maxLength: 4, selector: ({ name }) => name },
);
const selection: fc.Arbitrary<Selection> = fc
  .record(
    {
      backend: fc.constantFrom(...names.backend),
      device: fc.constantFrom(...names.device),
      variant: fc.constantFrom('a', 'b', 'c', 'd'),
      format: formats,
      precision: precisions,
    },
    { requiredKeys: [] },
  )
  .filter((made) => Object.keys(made).length > 0);
const wishes: fc.Arbitrary<Wishes> = fc.record(
  {
    prefer: fc.array(selection, { maxLength: 3 }),
    require: selection,
    forbid: fc.array(selection, { maxLength: 3 }),
    minPrecision: fc.constantFrom(...PRECISION_FLOORS),
  },
  { requiredKeys: [] },
);
const situations = fc.record({
  variants,
  facts,
  wishes,
  seconds: fc.array(fc.option(fc.double({ min: 0, noNaN: true }))),
});

describe('any situation', () => {
  it('is decided the same each time, never for what is forbidden, with a reason for each variant and backend', () => {
    fc.assert(
      fc.property(situations, ({ variants: made, facts: known, wishes: wanted, seconds }) => {
        const backends = known.map(({ name, ...rest }): BackendFacts => ({
          descriptor: descriptor(name),
          ...rest,
        }));
        const described = made.map(({ id, format, precision }) => variant(id, format, precision));
        let index = 0;
        const times = new Map<string, number | undefined>();
        const measured: Situation['measured'] = ({ variant: { id }, backend: { name }, device: where }) => {
          const key = `${id} ${name} ${where ?? ''}`;
          if (!times.has(key)) times.set(key, seconds[index++] ?? undefined);
          return times.get(key);
        };
        const verdicts = rank(described, backends, wanted, measured);
        expect(rank(described, backends, wanted, measured)).toEqual(verdicts);
        const eligible = verdicts.filter(({ verdict }) => verdict === 'eligible');
        expect(eligible.map((one) => one.rank)).toEqual(eligible.map((_, at) => at + 1));
        for (const one of eligible) {
          for (const forbidden of wanted.forbid ?? []) expect(isSelected(forbidden, one)).toBe(false);
          if (wanted.require !== undefined) expect(isSelected(wanted.require, one)).toBe(true);
          const { broken, formats: opens } = known.find(({ name }) => name === one.backend) ?? {};
          expect(broken).toBeUndefined();
          expect(opens).toContain(one.format);
        }
        for (const { reason } of verdicts) expect(reason).not.toBe('');
        for (const { id } of described) {
          for (const {
            descriptor: { name },
          } of backends) {
            expect(verdicts.some((one) => one.variant === id && one.backend === name)).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
