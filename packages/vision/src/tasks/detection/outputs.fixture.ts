import { isCareError } from '@care/registry-core';
import type { CareError, Tensor } from '@care/registry-core';
import type { RawFrame } from '../../image/image-source.js';
import { modelPackage, signature } from '../../model-package.fixture.js';
import type { PackageChanges } from '../../model-package.fixture.js';
import { prepare } from '../prepare.fixture.js';
import { detectionTask } from './detection-task.js';
import type { DetectionPrediction, PredictOptions, SessionSignature } from '../task.js';

export function floats(dims: readonly number[], data: ArrayLike<number>): Tensor {
  return { type: 'float32', dims, data: Float32Array.from(data) };
}

/** A 64 x 64 tensor filled with zeros but for the given numbers, by index. */
export function sparse(dims: readonly number[], entries: Readonly<Record<number, number>>): Tensor {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  for (const [index, value] of Object.entries(entries)) data[Number(index)] = value;
  return { type: 'float32', dims, data };
}

export function blank(width: number, height: number): RawFrame {
  return { data: new Uint8Array(width * height), width, height, format: 'gray' };
}

export interface Reading {
  readonly model?: PackageChanges;
  /** Shapes that the session states; those of the tensors when absent. */
  readonly signature?: SessionSignature;
  readonly frame?: RawFrame;
  readonly options?: PredictOptions;
}

/** What detection reads in these outputs of a model with a 64 x 64 input. */
export function read(
  outputs: Readonly<Record<string, Tensor>>,
  reading: Reading = {},
): DetectionPrediction[] {
  const model = modelPackage(reading.model);
  const stated =
    reading.signature ??
    signature(Object.entries(outputs).map(([name, { type, dims }]) => ({ name, type, shape: dims })));
  const processor = detectionTask.createProcessor(model, 'onnx', stated);
  const { geometry } = prepare(processor, reading.frame ?? blank(64, 64));
  return processor.postprocess(outputs, geometry, reading.options ?? {});
}

/** The CareError that `action` must throw. */
export function careError(action: () => unknown): CareError {
  try {
    action();
  } catch (error) {
    if (isCareError(error)) return error;
    throw error;
  }
  throw new Error('did not throw');
}
