import { classTable } from './class-table.js';
import type { ModelPackage } from '@care/registry-core';
import type { ClassificationPrediction, Task } from '../task.js';
import { drawClassList } from './class-list.js';
import { classificationEvaluator } from './classification-evaluation.js';
import { classificationFormats } from './classification-formats.js';
import { classificationProcessor } from './classification-processor.js';
import { namedMeaning } from './score-meaning.js';

/** Classification: what the whole picture shows, see {@link ClassificationPrediction}. */
export const classificationTask: Task<ClassificationPrediction> = {
  type: 'classification',
  checkPackage: (model: ModelPackage) => void namedMeaning(model),
  createProcessor: classificationProcessor,
  draw: drawClassList,
  formats: classificationFormats,
  table: classTable,
  evaluation: classificationEvaluator,
};
