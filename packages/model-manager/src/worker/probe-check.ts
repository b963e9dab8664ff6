import { CareError, type ProbeImage, type Tensor, type TensorSpec } from '@care/registry-core';
import type { Box, PredictOptions, TaskPrediction } from '@care/vision';

const TOLERANCE = 0.1;

/**
 * Outputs that a model may serve with: every declared one, of the declared shape where that is fixed, all numbers finite.
 * @throws CareError PROBE_FAILED naming the output
 */
export function checkOutputs(
  outputs: Readonly<Record<string, Tensor>>,
  declared: readonly TensorSpec[],
): void {
  for (const { name, shape } of declared) {
    const tensor = outputs[name];
    if (tensor === undefined) throw failed(`output ${name} is missing`);
    const fits =
      tensor.dims.length === shape.length &&
      shape.every((dim, axis) => typeof dim === 'string' || dim < 0 || dim === tensor.dims[axis]);
    if (!fits)
      throw failed(`output ${name} has the shape [${tensor.dims.join(', ')}], not [${shape.join(', ')}]`);
    const at = firstNotFinite(tensor);
    if (at !== undefined) throw failed(`output ${name} is not finite at element ${at}`);
  }
}

function firstNotFinite(tensor: Tensor): number | undefined {
  if (tensor.type === 'float32' || tensor.type === 'float64') {
    const at = tensor.data.findIndex((value) => !Number.isFinite(value));
    return at < 0 ? undefined : at;
  }
  if (tensor.type !== 'float16') return undefined;
  // Exponent of all ones: infinity or NaN.
  const at = tensor.data.findIndex((bits) => (bits & 0x7c00) === 0x7c00);
  return at < 0 ? undefined : at;
}

/** The model's own threshold, lowered where an expected confidence may lie below it. */
export function probeOptions(
  { expect = [], confidenceTolerance = TOLERANCE }: ProbeImage,
  own: number,
): PredictOptions {
  const lowest = expect.reduce(
    (min, { confidence = 1 }) => Math.min(min, confidence - confidenceTolerance),
    1,
  );
  return { confidence: Math.max(0, Math.min(own, lowest)) };
}

/** @throws CareError PROBE_FAILED naming what was not found */
export function checkProbe(probe: ProbeImage, predictions: readonly TaskPrediction[]): void {
  const { minIou = 0.7, confidenceTolerance = TOLERANCE } = probe;
  const free = [...predictions];
  for (const wanted of probe.expect ?? []) {
    const at = free.findIndex(
      (found) =>
        found.class === wanted.class &&
        (wanted.confidence === undefined ||
          Math.abs(found.confidence - wanted.confidence) <= confidenceTolerance) &&
        (wanted.box === undefined || ('box' in found && overlap(found.box, wanted.box) >= minIou)),
    );
    if (at < 0) {
      const seen = predictions.slice(0, 5).map(describe).join(', ');
      throw failed(`on ${probe.path} it finds no ${describe(wanted)}, but ${seen === '' ? 'nothing' : seen}`);
    }
    free.splice(at, 1);
  }
}

function describe({
  class: name,
  confidence,
  ...rest
}: {
  readonly class: string;
  readonly confidence?: number;
  readonly box?: readonly number[];
}): string {
  const sure = confidence === undefined ? '' : ` ${confidence.toFixed(2)}`;
  const where = rest.box === undefined ? '' : ` at [${rest.box.map(Math.round).join(', ')}]`;
  return `${name}${sure}${where}`;
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common);
}

function failed(what: string): CareError {
  return new CareError('PROBE_FAILED', `the model does not pass its probe: ${what}`);
}
