import type { Manifest } from '../manifest/manifest-schema.js';
import type { OnnxFacts, OnnxValue } from '../onnx/onnx-facts.js';
import { describeShape, type Finding, type ModelCheck } from './finding.js';
import { fittingRows, rowLayouts } from './row-layout.js';

/** Number of classes against the output channels, where the output's layout leaves no doubt. */
export const checkOutputs: ModelCheck = (manifest, facts): Finding[] => {
  if (facts.outputs.length === 0) {
    return [
      {
        path: ['model_path'],
        found: 'a model without outputs',
        expected: 'at least one output',
        severity: 'error',
      },
    ];
  }
  return manifest.task_type === 'classification' ? checkScores(manifest, facts) : checkRows(manifest, facts);
};

/**
 * Classification: an output of [N, classes], any further dimension being 1 (`[N, classes, 1, 1]`, `[N, 1, classes]`). One score is a yes
 * or no, for one class or two. Judged when the sizes of all outputs are known and none fits.
 */
function checkScores(manifest: Manifest, { outputs }: OnnxFacts): Finding[] {
  const counts = outputs.map(({ shape = [] }) => scoreCount(shape));
  const names = manifest.class_names.length;
  const known = counts.every((count) => count !== undefined);
  const fits = (count: number | undefined): boolean => count === names || (count === 1 && names === 2);
  const index = counts.findIndex((count) => count !== undefined && !Number.isNaN(count));
  const [output, count] = [outputs[index], counts[index]];
  if (!known || counts.some(fits) || output === undefined || count === undefined) return [];
  return outputs.length === 1 || counts.filter((other) => !Number.isNaN(other)).length === 1
    ? [wrongCount(manifest, output, [count])]
    : [];
}

/** Scores of one image; undefined when the file leaves it open, NaN when the output is no list of scores. */
function scoreCount(shape: readonly (number | string)[]): number | undefined {
  if (shape.length < 2) return shape.length === 0 ? undefined : NaN;
  const sizes = shape.slice(1).filter((dim) => dim !== 1);
  const [size = 1] = sizes;
  if (sizes.length > 1) return sizes.every((dim) => typeof dim === 'number' && dim > 0) ? NaN : undefined;
  return typeof size === 'number' && size > 0 ? size : undefined;
}

function checkRows(manifest: Manifest, facts: OnnxFacts): Finding[] {
  const output = rowOutput(manifest, facts);
  if (output === undefined) return [];
  const layouts = rowLayouts(manifest, facts);
  if (layouts.length === 0) return checkTask(manifest, facts, output);
  const fitting = fittingRows(output.shape, layouts, manifest.class_names.length);
  if (fitting.fits) return [];
  if (fitting.classCounts.length > 0) return [wrongCount(manifest, output, fitting.classCounts)];
  const decoder = manifest.postprocessing?.decoder ?? 'auto';
  // No YOLO layout at all: another decoder may know it, unless the manifest names one of these.
  if (decoder === 'auto') return [];
  const expected = `a decoder for the task ${manifest.task_type} that fits the model's output ${describeShape(output)}`;
  return [
    { path: ['postprocessing', 'decoder'], found: JSON.stringify(decoder), expected, severity: 'error' },
  ];
}

/** A row that boxes and classes fill to the last value leaves none for the keypoints or mask coefficients of the task. */
function checkTask(
  manifest: Manifest,
  facts: OnnxFacts,
  output: OnnxValue & { shape: readonly number[] },
): Finding[] {
  const boxesOnly = rowLayouts({ ...manifest, task_type: 'object-detection' }, facts);
  const { fits, certain } = fittingRows(output.shape, boxesOnly, manifest.class_names.length);
  if (!fits || !certain) return [];
  const part = manifest.task_type === 'instance-segmentation' ? 'masks' : 'keypoints';
  const expected = `"object-detection", or a model with ${part}: its output ${describeShape(output)} holds boxes and classes alone`;
  return [{ path: ['task_type'], found: JSON.stringify(manifest.task_type), expected, severity: 'error' }];
}

/** The three-dimensional output of a YOLO-like model, beside which there are at most maps (mask prototypes); DETR-like ones have more. */
function rowOutput(
  manifest: Manifest,
  { outputs }: OnnxFacts,
): (OnnxValue & { shape: readonly number[] }) | undefined {
  const decoder = manifest.postprocessing?.decoder ?? 'auto';
  if (decoder === 'detr') return undefined;
  const rows = outputs.filter(({ shape }) => (shape?.length ?? 0) < 4);
  const [output] = rows;
  const shape = output?.shape;
  if (output === undefined || shape?.length !== 3 || rows.length !== 1) return undefined;
  const [, second, third] = shape;
  if (typeof second !== 'number' || typeof third !== 'number' || second < 1 || third < 1) return undefined;
  return { ...output, shape: [1, second, third] };
}

function wrongCount(manifest: Manifest, output: OnnxValue, counts: readonly number[]): Finding {
  const found = `${manifest.class_names.length} class names`;
  const expected = `${counts.join(' or ')}, as the model's output ${describeShape(output)} says`;
  return { path: ['class_names'], found, expected, severity: 'error' };
}
