import { CareError } from '@care/registry-core';
import { classificationTask } from './classification/classification-task.js';
import { detectionTask } from './detection/detection-task.js';
import { poseTask } from './pose/pose-task.js';
import { segmentationTask } from './segmentation/segmentation-task.js';
import type { Task } from './task.js';

/** One line for each task; a new task is a folder beside this file and a line here. */
const TASKS: Readonly<Record<string, Task>> = {
  'object-detection': detectionTask,
  'pose-estimation': poseTask,
  classification: classificationTask,
  'instance-segmentation': segmentationTask,
};

/** The task of that type. @throws CareError UNSUPPORTED naming the known tasks */
export function taskFor(type: string): Task {
  const task = Object.hasOwn(TASKS, type) ? TASKS[type] : undefined;
  if (task !== undefined) return task;
  const known = Object.keys(TASKS);
  throw new CareError(
    'UNSUPPORTED',
    `task ${JSON.stringify(type)} is not supported; known are ${known.join(', ')}`,
    {
      remedy: `Use a model of one of these tasks: ${known.join(', ')}.`,
      details: { task: type, known },
    },
  );
}
