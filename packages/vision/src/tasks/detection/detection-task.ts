import type { TaskType } from '@care/registry-core';
import type { ResizeGeometry } from '../../preprocess/resize-geometry.js';
import type { DetectionPrediction, Task } from '../task.js';
import { detectionProcessor } from './detection-processor.js';

/** Object detection: boxes of the upright original, see {@link DetectionPrediction}. */
export const detectionTask = boxesOf('object-detection');

/** Detection for models of a task that also gives boxes; masks and keypoints are left unread. */
export function boxesOf(type: TaskType): Task<DetectionPrediction, ResizeGeometry> {
  return { type, createProcessor: detectionProcessor };
}
