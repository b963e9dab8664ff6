import { CareError } from '@care/registry-core';

/** Beyond 0..1 by the rounding of a quantised model, not by more. */
const SLACK = 0.01;

/** How a model states how sure it is of a keypoint. */
export const KEYPOINT_SCORES = ['probabilities', 'logits'] as const;
export type KeypointScores = (typeof KEYPOINT_SCORES)[number];

/**
 * 0..1 of what the model states for a keypoint. NaN stays NaN.
 * @throws CareError MODEL_INCOMPATIBLE for a number that is no probability where one is stated
 */
export function keypointConfidence(value: number, scores: KeypointScores): number {
  if (scores === 'logits') return 1 / (1 + Math.exp(-value));
  if (value < -SLACK || value > 1 + SLACK) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `the model's output has a keypoint confidence of ${value.toPrecision(4)}; they lie in 0..1`,
      {
        remedy:
          'When the export lacks its sigmoid, say `"decoder_options": { "keypoint_scores": "logits" }` under `postprocessing` of the manifest; otherwise check class_names and keypoints.',
      },
    );
  }
  return Math.max(0, Math.min(1, value));
}
