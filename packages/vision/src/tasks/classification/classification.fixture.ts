import type { Tensor, TensorSpec } from '@care/registry-core';
import { modelPackage, signature } from '../../model-package.fixture.js';
import type { PackageChanges } from '../../model-package.fixture.js';
import { blank } from '../detection/outputs.fixture.js';
import { prepare } from '../prepare.fixture.js';
import type { ClassificationPrediction, PredictOptions } from '../task.js';
import { classificationTask } from './classification-task.js';

export interface Classifying {
  readonly model?: PackageChanges;
  readonly options?: PredictOptions;
  /** Shapes that the session states; those of the tensors when absent. */
  readonly stated?: readonly TensorSpec[];
}

/** What classification reads in these outputs. */
export function classify(
  outputs: Readonly<Record<string, Tensor>>,
  { model, options = {}, stated }: Classifying = {},
): ClassificationPrediction[] {
  const specs =
    stated ?? Object.entries(outputs).map(([name, { type, dims }]) => ({ name, type, shape: dims }));
  const processor = classificationTask.createProcessor(
    modelPackage({ task: 'classification', ...model }),
    'onnx',
    signature(specs),
  );
  const { geometry } = prepare(processor, blank(90, 50));
  return processor.postprocess(outputs, geometry, options);
}

/** Confidences by class id. */
export function byClass(predictions: readonly ClassificationPrediction[]): number[] {
  return [...predictions].sort((a, b) => a.classId - b.classId).map(({ confidence }) => confidence);
}
