/** ONNX Runtime through the backend contract under the tests of the ONNX project. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { countByOperator, runOnnxTests } from '@care/plugin-testkit/onnx-tests';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendUnderTest } from './onnx/backend.mjs';
import { HOW_TO_GET_IT, onnxTestData } from './onnx/test-data.mjs';

const directory = onnxTestData();

describe.skipIf(directory === undefined)(
  `ONNX's own tests (skipped where they are not: ${HOW_TO_GET_IT})`,
  () => {
    let report;
    let subject;
    const named = (...statuses) =>
      report.results.filter(({ status }) => statuses.includes(status)).map(({ name }) => name);

    beforeAll(async () => {
      subject = await backendUnderTest();
      report = await runOnnxTests({ directory, ...subject });
    }, 300_000);
    afterAll(() => subject?.backend.dispose?.());

    it('none fails', () => {
      expect(report.results.filter(({ status }) => status === 'failed')).toEqual([]);
      expect(named('passed').length).toBeGreaterThan(900);
    });

    it('each that is not supported says why', () => {
      const unsupported = report.results.filter(({ status }) => status === 'unsupported');
      const known =
        /is no dense tensor|element type bfloat16|Could not find an implementation|is not a registered function|Batchwise|locale/;
      expect(unsupported.filter(({ reason = '' }) => !known.test(reason))).toEqual([]);
    });

    it('the operators of vision models are all there', () => {
      const counts = countByOperator(report);
      for (const operator of [
        'Conv',
        'MaxPool',
        'Resize',
        'Concat',
        'Sigmoid',
        'Softmax',
        'TopK',
        'QLinearConv',
      ]) {
        expect(counts.get(operator)?.passed, operator).toBeGreaterThan(0);
        expect(counts.get(operator)?.failed, operator).toBe(0);
      }
    });

    it('is in agreement with Python’s onnxruntime and NumPy on every test', ({ skip }) => {
      const python = JSON.parse(
        readFileSync(path.join(import.meta.dirname, 'onnx/fixtures/python-outcomes.json'), 'utf8'),
      );
      skip(report.results.length !== python.tests, 'the test data are of another version than the reference');
      // What needs a locale that the machine may or may not have.
      const ofMachine = (name) => name.startsWith('test_strnorm');
      const notPassed = new Set(
        ['no-tensor', 'refused', 'run-failed', 'differs'].flatMap((key) => python[key] ?? []),
      );
      const ours = named('unsupported', 'deviates').filter((name) => !ofMachine(name));
      expect(ours.filter((name) => !notPassed.has(name))).toEqual([]);
      // What NumPy calls different and we do not: random numbers, digits of numbers in texts, rounding of Fourier transforms.
      const milder = python.differs.filter((name) => !ours.includes(name));
      expect(
        milder.filter((name) => !/bernoulli|training_dropout|FLOAT_to_STRING|_dft|_stft/.test(name)),
      ).toEqual([]);
    });
  },
);
