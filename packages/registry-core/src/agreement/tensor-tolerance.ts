/** How far a number may lie from the reference's and still count as the same. */
export interface TensorTolerance {
  /** A number is beyond tolerance when |candidate - reference| > absolute + relative * |reference| (as `numpy.isclose`). */
  readonly absolute: number;
  readonly relative: number;
  /** Share of an output's numbers that may be beyond, 0..1. */
  readonly share: number;
}

/** Precisions by how coarse they are; each has its tolerances. */
export const PRECISION_CLASSES = ['fp32', 'fp16', 'int8'] as const;
export type PrecisionClass = (typeof PRECISION_CLASSES)[number];

/**
 * What the coarser of two precisions may change.
 *
 * - `fp32`: engines sum in another order and fuse operators, which moves results by some 1e-5 of their size; a thousandth is a hundred
 *   times that, and still less than a hundredth of a pixel of a box or of a percent of a score. No number may be beyond.
 * - `fp16`: 11 bits of mantissa are a step of 1e-3, and 0.5 between 512 and 1024 pixels; some hundred layers add up to a few
 *   steps. One number in a hundred may be beyond: sigmoids are steep, and most anchors of a detector hold nothing.
 * - `int8`: 256 steps for the range of a whole layer. A single number says little, so a twentieth may be further away than a tenth;
 *   what counts are the predictions, and channels that lost all they said.
 */
export const TENSOR_TOLERANCES: Readonly<Record<PrecisionClass, TensorTolerance>> = {
  fp32: { absolute: 1e-3, relative: 1e-3, share: 0 },
  fp16: { absolute: 2e-2, relative: 2e-2, share: 0.01 },
  int8: { absolute: 0.1, relative: 0.1, share: 0.05 },
};

/** The class of a variant's `precision`; what is not known counts as the coarsest. */
export function precisionClass(precision: string): PrecisionClass {
  const name = precision.toLowerCase();
  if (/^(fp|float|f)(32|64)$/.test(name)) return 'fp32';
  return /^((fp|float|f)16|bf16|bfloat16|half)$/.test(name) ? 'fp16' : 'int8';
}

/** The coarsest of these precisions: what two models are compared with. `fp32` for none. */
export function coarsestPrecision(...precisions: readonly string[]): PrecisionClass {
  const places = precisions.map((precision) => PRECISION_CLASSES.indexOf(precisionClass(precision)));
  return PRECISION_CLASSES[Math.max(0, ...places)] ?? 'int8';
}
