import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CareError, type InferenceBackend, type Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toyBackend } from '../backend/doubling-backend.fixture.js';
import { buildOnnxModel } from '../onnx/onnx-builder.js';
import { countByOperator, formatOnnxTestReport } from './onnx-test-report.js';
import { readSignature } from './read-signature.js';
import { runOnnxTests } from './run-onnx-tests.js';
import { writeOnnxTest } from './test-files.fixture.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'care-onnx-tests-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The toy backend, which doubles whatever model it is given. */
const backend: InferenceBackend = {
  ...toyBackend(),
  open: (model, options) => {
    if (model.model.name === 'test_refused.onnx')
      throw new CareError('MODEL_INCOMPATIBLE', 'no operator Foo');
    if (model.model.name === 'test_broken.onnx') throw new CareError('ARTIFACT_CORRUPT', 'unreadable');
    const double = { name: 'model.toy', bytes: Buffer.from('double') };
    return toyBackend().open({ ...model, format: 'toy', model: double }, options);
  },
};
const row = (...data: number[]): Tensor => ({ type: 'float32', dims: [1, 2], data: Float32Array.from(data) });

function model(op: string, domain?: string): Uint8Array {
  const value = { type: 'float32', shape: ['n', 2] } as const;
  return buildOnnxModel({
    inputs: [{ name: 'x', ...value }],
    outputs: [{ name: 'y', ...value }],
    nodes: [{ op, inputs: ['x'], outputs: ['y'], ...(domain === undefined ? {} : { domain }) }],
  });
}
const write = (name: string, op: string, ...outputs: Tensor[]) => {
  writeOnnxTest(
    directory,
    name,
    model(op),
    outputs.map((y) => ({ inputs: [row(1, 2)], outputs: [y] })),
  );
};
const statuses = async (deviations: Record<string, string> = {}) => {
  const { results } = await runOnnxTests({ backend, directory, deviations });
  return Object.fromEntries(results.map(({ name, status }) => [name, status]));
};

describe('runOnnxTests', () => {
  it('passes what answers every data set as expected, and fails what does not', async () => {
    write('test_right', 'Double', row(2, 4), row(2, 4));
    write('test_wrong', 'Double', row(2, 4), row(2, 4.1));
    write('test_of_another_shape', 'Double', { ...row(2, 4), dims: [2] });
    expect(await statuses()).toEqual({
      test_right: 'passed',
      test_wrong: 'failed',
      test_of_another_shape: 'failed',
    });
  });

  it('calls unsupported only what the backend refuses for what the model is', async () => {
    write('test_refused', 'Foo', row(2, 4));
    write('test_broken', 'Double', row(2, 4));
    expect(await statuses()).toEqual({ test_refused: 'unsupported', test_broken: 'failed' });
  });

  it('fails a test without data', async () => {
    write('test_without_data', 'Double');
    expect(await statuses()).toEqual({ test_without_data: 'failed' });
  });

  it('compares random numbers by type and shape', async () => {
    write('test_random', 'RandomUniformLike', row(0.1, 0.2));
    write('test_random_of_another_shape', 'RandomUniformLike', { ...row(0.1, 0.2), dims: [2] });
    expect(await statuses()).toEqual({ test_random: 'passed', test_random_of_another_shape: 'failed' });
  });

  it('tells a known deviation apart, and fails one that is none', async () => {
    write('test_wrong', 'Double', row(2, 5));
    write('test_right', 'Double', row(2, 4));
    const known = { test_wrong: 'rounds', test_right: 'rounds' };
    expect(await statuses(known)).toEqual({ test_wrong: 'deviates', test_right: 'failed' });
  });

  it('reports by operator, kind and reason', async () => {
    write('test_right', 'Double', row(2, 4));
    write('test_wrong', 'Double', row(2, 5));
    write('test_refused', 'Foo', row(2, 4));
    const report = await runOnnxTests({ backend, directory });
    expect(Object.fromEntries(countByOperator(report))).toEqual({
      Double: { passed: 1, unsupported: 0, deviates: 0, failed: 1 },
      Foo: { passed: 0, unsupported: 1, deviates: 0, failed: 0 },
    });
    const text = formatOnnxTestReport(report);
    expect(text).toMatch(/^Double +1 +0 +0 +1$/m);
    expect(text).toMatch(/^all +1 +1 +0 +1$/m);
    expect(text).toMatch(/unsupported:\n {2}1 x no operator Foo\n {6}test_refused/);
    expect(text).toMatch(/failed:\n {2}1 x output "y": element 1 is 4, expected 5/);
  });
});

describe('readSignature', () => {
  it('gives inputs without initializers, outputs and operators with their domain', () => {
    const bytes = buildOnnxModel({
      inputs: ['x', 'w'].map((name) => ({ name, type: 'float32', shape: [2] })),
      outputs: [{ name: 'y', type: 'float32', shape: [2] }],
      nodes: [
        { op: 'Add', inputs: ['x', 'w'], outputs: ['s'] },
        { op: 'Gelu', domain: 'com.microsoft', inputs: ['s'], outputs: ['y'] },
      ],
      initializers: { w: { type: 'float32', dims: [2], data: new Float32Array(2) } },
    });
    expect(readSignature(bytes)).toEqual({
      inputs: [{ name: 'x' }],
      outputs: [{ name: 'y' }],
      operators: ['Add', 'com.microsoft:Gelu'],
      random: false,
    });
  });

  it('reads any bytes, or says RangeError', () => {
    const whole = model('Add');
    const spoiled = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, value]) => {
      const copy = whole.slice();
      copy[at] = value;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), spoiled), (bytes) => {
        try {
          readSignature(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
