import { CareError } from '@care/registry-core';
import type { ModelPackage, TensorSpec } from '@care/registry-core';
import { batchOf, describeSpec, isOpen } from '../../preprocess/input-layout.js';
import type { ModelContext } from '../model-context.js';

/**
 * The output that holds the scores of the classes: [N, classes], with any further dimensions of 1 (`[N, classes, 1, 1]`,
 * `[N, 1, classes]`), or [N, 1] for a yes or no. Among several, the one that `decoder_options.output` names, else the one
 * whose size is that of `class_names`.
 * @throws CareError MODEL_INCOMPATIBLE with both numbers when none fits, with the names when several do
 */
export function scoreOutput(context: ModelContext): TensorSpec {
  const { model } = context;
  const outputs = candidates(context);
  const fitting = outputs.filter((output) => countFits(model, scoreCount(output)));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (fitting.length > 1) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `model ${model.modelId}: several outputs can be the scores of ${model.classNames.length} classes: ${fitting.map(describeSpec).join(', ')}`,
      { remedy: 'Name one: `"postprocessing": { "decoder_options": { "output": "..." } }` in the manifest.' },
    );
  }
  throw wrongCount(model, outputs);
}

/** Scores of one image in an output of this shape; undefined when it is open, NaN when it is no list of scores. */
function scoreCount({ shape }: TensorSpec): number | undefined {
  const sizes = shape.slice(1).filter((dim) => dim !== 1);
  const [size = 1] = sizes;
  if (shape.length < 2 || sizes.length > 1) return NaN;
  return typeof size === 'number' && !isOpen(size) ? size : undefined;
}

/** Whether the model states one score an image: a yes or no. */
export function isSingleScore(output: TensorSpec): boolean {
  return scoreCount(output) === 1;
}

/** @throws CareError MODEL_INCOMPATIBLE when a run gave another number of scores than there are classes */
export function checkScoreCount(model: ModelPackage, name: string, dims: readonly number[]): void {
  const spec: TensorSpec = { name, type: 'float32', shape: dims };
  const count = scoreCount(spec);
  if (dims[0] !== 1 || count === undefined || !countFits(model, count)) throw wrongCount(model, [spec]);
}

/** One score is a yes or no: it serves one class as well as two. */
function countFits({ classNames: { length } }: ModelPackage, count: number | undefined): boolean {
  return count === undefined || count === length || (count === 1 && length === 2);
}

function candidates({ model, signature, input }: ModelContext): readonly TensorSpec[] {
  const { output } = model.postprocessing.decoderOptions;
  const outputs = signature.outputs;
  const named = outputs.find(({ name }) => name === output);
  if (output !== undefined && named === undefined) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `model ${model.modelId}: decoder option output is ${JSON.stringify(output)}; the model has ${outputs.map(({ name }) => name).join(', ') || 'none'}`,
      { remedy: 'Name an output of the model, or leave `output` out of the manifest.' },
    );
  }
  const ofEachImage = (spec: TensorSpec): boolean =>
    batchOf(spec) === undefined || input.batch === undefined || batchOf(spec) === input.batch;
  return (named === undefined ? outputs : [named]).filter(ofEachImage);
}

function wrongCount(model: ModelPackage, outputs: readonly TensorSpec[]): CareError {
  const { length } = model.classNames;
  const counts = outputs.flatMap((output) => {
    const count = scoreCount(output);
    return count === undefined || Number.isNaN(count) ? [] : [count];
  });
  const [count] = counts;
  const found =
    outputs.length === 0
      ? 'no output has a place for each image of the batch'
      : counts.length === 1 && count !== undefined && outputs.length === 1
        ? `the output ${outputs.map(describeSpec).join('')} has ${count} ${count === 1 ? 'score' : 'scores'}`
        : `no output is [N, ${length}]: ${outputs.map(describeSpec).join(', ')}`;
  return new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: class_names has ${length} ${length === 1 ? 'name' : 'names'}, but ${found}`,
    {
      remedy:
        count === length + 1
          ? 'If the model was trained with a background class (as class 0, in most), add its name to class_names at its place.'
          : 'Give class_names one name for each score of the model, in its order.',
      details: { classes: length, outputs: outputs.map(describeSpec) },
    },
  );
}
