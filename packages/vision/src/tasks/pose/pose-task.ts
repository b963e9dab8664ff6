import { poseTable } from './pose-table.js';
import type { PosePrediction, Task } from '../task.js';
import { checkDecoderName } from '../detection/choose-decoder.js';
import { bottomUpProcessor } from './bottom-up-processor.js';
import { drawPoses } from './draw-poses.js';
import { poseEvaluator } from './pose-evaluation.js';
import { poseFormats } from './pose-formats.js';

/** Pose estimation: objects with their keypoints, see {@link PosePrediction}. */
export const poseTask: Task<PosePrediction> = {
  type: 'pose-estimation',
  checkPackage: checkDecoderName,
  createProcessor: bottomUpProcessor,
  draw: (predictions, canvas, { keypoints }) => drawPoses(predictions, canvas, keypoints),
  formats: poseFormats,
  table: poseTable,
  evaluation: poseEvaluator,
};
