import type { PrecisionClass } from '@care/registry-core/agreement';

/** How far a candidate's predictions may be from the reference's. */
export interface PredictionTolerance {
  /** Least agreement, 0..1, the mean over the pictures in which either finds something. Below it the candidate differs. */
  readonly agreement: number;
  /** Below this agreement the candidate is broken: it lost half of what the reference finds. */
  readonly broken: number;
  /**
   * A prediction below the threshold by no more than this still counts when the other side has it above; two best classes whose
   * confidences are no further apart count as either.
   */
  readonly margin: number;
}

/**
 * - `fp32`: a thousandth of a score decides only where it meets the threshold, which the margin takes out
 * - `fp16`: edges move by half a pixel, which a box of 20 pixels pays with an IoU of 0.95
 * - `int8`: edges move by some pixels and scores by a tenth: a pair of an IoU of 0.85, and one object in ten that only one of the two has
 */
export const PREDICTION_TOLERANCES: Readonly<Record<PrecisionClass, PredictionTolerance>> = {
  fp32: { agreement: 0.99, broken: 0.5, margin: 0.01 },
  fp16: { agreement: 0.95, broken: 0.5, margin: 0.03 },
  int8: { agreement: 0.75, broken: 0.5, margin: 0.15 },
};
