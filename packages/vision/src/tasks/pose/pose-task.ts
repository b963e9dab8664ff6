import { modelContext } from '../model-context.js';
import type { PosePrediction, Task } from '../task.js';
import { bottomUpProcessor } from './bottom-up/bottom-up-processor.js';
import { drawPoses } from './draw-poses.js';
import { checkPoseDecoderName, chooseTopDownDecoder } from './pose-decoders.js';
import { poseEvaluator } from './pose-evaluation.js';
import { poseFormats } from './pose-formats.js';
import { poseTable } from './pose-table.js';
import { topDownProcessor } from './top-down/top-down-processor.js';

/** Pose estimation: objects with their keypoints, see {@link PosePrediction}. */
export const poseTask: Task<PosePrediction> = {
  type: 'pose-estimation',
  checkPackage: checkPoseDecoderName,
  createProcessor(model, variantId, signature) {
    checkPoseDecoderName(model);
    const context = modelContext(model, variantId, signature);
    const topDown = chooseTopDownDecoder(context);
    if (topDown !== undefined) return topDownProcessor(context, topDown);
    return bottomUpProcessor(model, variantId, signature);
  },
  draw: (predictions, canvas, { keypoints }) => drawPoses(predictions, canvas, keypoints),
  formats: poseFormats,
  table: poseTable,
  evaluation: poseEvaluator,
};
