import { CareError } from '@care/registry-core';
import type { ModelPackage } from '@care/registry-core';
import { isOpen } from '../../../preprocess/input-layout.js';
import { pointToImage } from '../../../preprocess/resize-geometry.js';
import type { ResizeGeometry } from '../../../preprocess/resize-geometry.js';
import type { Candidates } from '../../detection/candidates.js';
import { decoderOption } from '../../decoder-option.js';
import { objectProcessor } from '../../detection/object-processor.js';
import type { Keypoint, PosePrediction, SessionSignature, TaskProcessor } from '../../task.js';
import { KEYPOINT_SCORES, keypointConfidence } from './keypoint-confidence.js';
import type { KeypointScores } from './keypoint-confidence.js';
import { keypointLayout } from './keypoint-layout.js';
import { keypointNames } from '../keypoint-names.js';

/** How the keypoints of a candidate are read. */
interface KeypointReading {
  readonly names: readonly string[];
  readonly values: 2 | 3;
  readonly scores: KeypointScores;
}

/**
 * Models that find all persons of a picture at once (YOLOv8, 11, 12, 26-pose): rows of box, class scores (or, end to end, score
 * and class) and K x [x, y] or K x [x, y, visibility] in input pixels. Ultralytics' exports hold the visibility's sigmoid;
 * decoder option `keypoint_scores: logits` is for those that do not. Source: Ultralytics' documentation of exported shapes.
 * @throws CareError MODEL_INCOMPATIBLE
 */
export function bottomUpProcessor(
  model: ModelPackage,
  variantId: string,
  signature: SessionSignature,
): TaskProcessor<PosePrediction> {
  return objectProcessor<PosePrediction>(model, variantId, signature, (context, { extraCount }) => {
    const scores = decoderOption(context, 'keypoint_scores', KEYPOINT_SCORES) ?? 'probabilities';
    const { outputs } = context.signature;
    const stated = outputs.every(({ shape }) => shape.every((dim) => !isOpen(dim)));
    if (stated && extraCount === undefined) throw withoutKeypoints(model);
    const readingOf = (extra: number): KeypointReading => {
      const { count, values } = keypointLayout(context, extra);
      return { names: keypointNames(model, context.variant, count), values, scores };
    };
    let known = extraCount;
    let reading = extraCount === undefined ? undefined : readingOf(extraCount);
    return ({ candidates, geometry }) => {
      const extra = candidates.extra?.count;
      if (extra === undefined) throw withoutKeypoints(model);
      if (reading === undefined || extra !== known) reading = readingOf((known = extra));
      const current = reading;
      return (object, index) => {
        const keypoints = readKeypoints(candidates, index, current, geometry);
        return keypoints === undefined ? undefined : { ...object, keypoints };
      };
    };
  });
}

/** Undefined when a number of them is not finite. */
function readKeypoints(
  candidates: Candidates,
  index: number,
  { names, values, scores }: KeypointReading,
  geometry: ResizeGeometry,
): Keypoint[] | undefined {
  const keypoints: Keypoint[] = [];
  for (const [k, name] of names.entries()) {
    const [x, y] = pointToImage(
      candidates.extraAt(index, k * values),
      candidates.extraAt(index, k * values + 1),
      geometry,
    );
    const stated = values === 2 ? 1 : candidates.extraAt(index, k * values + 2);
    const confidence = values === 2 ? 1 : keypointConfidence(stated, scores);
    if (!Number.isFinite(x + y + stated)) return undefined;
    keypoints.push({ name, x, y, confidence });
  }
  return keypoints;
}

function withoutKeypoints(model: ModelPackage): CareError {
  return new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: its output has boxes but no keypoints`,
    {
      remedy:
        'Use a model that was exported for pose estimation, or say "object-detection" as task_type in the manifest.',
    },
  );
}
