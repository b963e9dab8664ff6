import { errorMessage, isCareError, type InferenceBackend, type InferenceSession } from '@care/registry-core';
import {
  difference,
  differenceOfShape,
  greatestMagnitude,
  type Comparison,
  type Tolerance,
} from './compare-tensors.js';
import type { OnnxTestReport, OnnxTestResult } from './onnx-test-report.js';
import { readSignature, type TestSignature } from './read-signature.js';
import { readTensor } from './read-tensor.js';
import {
  dataSetsOf,
  listOnnxTests,
  ONNX_TEST_KINDS,
  readTestModel,
  readValues,
  toleranceOf,
  type OnnxTestFolder,
} from './test-folder.js';

export interface OnnxTestOptions {
  readonly backend: InferenceBackend;
  /** Holds the folders `node`, `simple`, ...: `/usr/share/libonnx-testdata/data` where Debian's package is installed. */
  readonly directory: string;
  /** Default: all kinds whose models are in the package. */
  readonly kinds?: readonly string[];
  /** Runs the tests for whose name it says yes. */
  readonly only?: (name: string) => boolean;
  /**
   * Tests in which the engine is known to answer otherwise than the specification, each with the reason. They are told
   * apart from the failed ones; one that does answer as it should is failed, so that the list stays true.
   */
  readonly deviations?: Readonly<Record<string, string>>;
  readonly device?: string;
}

/**
 * Runs the backend tests of the ONNX project through the contract: opens each model, runs each data set, compares.
 * A model or a value that the contract or the backend does not have (`MODEL_INCOMPATIBLE`, `UNSUPPORTED` by `open`) is
 * unsupported; every other error and every other answer is failed.
 */
export async function runOnnxTests(options: OnnxTestOptions): Promise<OnnxTestReport> {
  const { directory, kinds = ONNX_TEST_KINDS, only = () => true, deviations = {} } = options;
  const results: OnnxTestResult[] = [];
  for (const folder of listOnnxTests(directory, kinds)) {
    if (only(folder.name))
      results.push(withDeviation(await runTest(folder, options), deviations[folder.name]));
  }
  return { results };
}

function withDeviation(result: OnnxTestResult, known: string | undefined): OnnxTestResult {
  if (known === undefined) return result;
  if (result.status === 'failed')
    return { ...result, status: 'deviates', reason: `${known}: ${result.reason ?? ''}` };
  return {
    ...result,
    status: 'failed',
    reason: `is listed as a deviation (${known}), but is ${result.status}`,
  };
}

async function runTest(folder: OnnxTestFolder, options: OnnxTestOptions): Promise<OnnxTestResult> {
  const model = readTestModel(folder);
  const signature = readSignature(model);
  const { kind, name } = folder;
  const done = (status: OnnxTestResult['status'], reason?: string): OnnxTestResult => ({
    kind,
    name,
    operators: signature.operators,
    status,
    ...(reason === undefined ? {} : { reason }),
  });
  const odd = [...signature.inputs, ...signature.outputs].find(({ obstacle }) => obstacle !== undefined);
  if (odd !== undefined) return done('unsupported', odd.obstacle);
  let session: InferenceSession;
  try {
    session = await options.backend.open(
      { format: 'onnx', precision: 'fp32', model: { name: `${name}.onnx`, bytes: model }, externalData: [] },
      options.device === undefined ? {} : { device: options.device },
    );
  } catch (error) {
    const refused = isCareError(error, 'MODEL_INCOMPATIBLE', 'UNSUPPORTED');
    return done(refused ? 'unsupported' : 'failed', errorMessage(error));
  }
  try {
    const answers = await runDataSets(folder, signature, session);
    if (answers.wrong !== undefined) return done('failed', answers.wrong);
    return done('passed', answers.shapeOnly ? 'random numbers: compared by type and shape' : undefined);
  } catch (error) {
    return done('failed', errorMessage(error));
  } finally {
    await session.dispose();
  }
}

async function runDataSets(
  folder: OnnxTestFolder,
  signature: TestSignature,
  session: InferenceSession,
): Promise<{ wrong?: string; shapeOnly: boolean }> {
  let shapeOnly = false;
  const sets = dataSetsOf(folder);
  if (sets.length === 0) return { wrong: 'the test has no data', shapeOnly };
  for (const set of sets) {
    const values = readValues(set, 'input').map(readTensor);
    const feeds = signature.inputs.flatMap(({ name }, index) => {
      const value = values[index];
      return value === undefined ? [] : [[name, value] as const];
    });
    const outputs = await session.run(Object.fromEntries(feeds));
    for (const [index, message] of readValues(set, 'output').entries()) {
      const { name = `${index}` } = signature.outputs[index] ?? {};
      const expected = readTensor(message);
      const how = comparison(signature, toleranceOf(folder), greatestMagnitude(expected));
      const wrong = difference(name, outputs[name], expected, how);
      if (wrong === undefined) continue;
      const ofShape = differenceOfShape(name, outputs[name], expected);
      if (!signature.random || ofShape !== undefined) return { wrong, shapeOnly };
      shapeOnly = true;
    }
  }
  return { shapeOnly };
}

/** Rounding of a Fourier transform goes with its greatest value, by the unit of float32; the tests expect exact zeros. */
const FOURIER = new Set(['DFT', 'STFT']);
const FOURIER_ERROR = 1e-6;

function comparison({ operators }: TestSignature, tolerance: Tolerance, magnitude: number): Comparison {
  const fourier = operators.some((operator) => FOURIER.has(operator));
  return {
    relative: tolerance.relative,
    absolute: fourier ? Math.max(tolerance.absolute, FOURIER_ERROR * magnitude) : tolerance.absolute,
    numbersInTexts: operators.some((operator) => operator === 'Cast' || operator === 'CastLike'),
  };
}
