import { boxTable } from './box-table.js';
import type { DetectionPrediction, Task } from '../task.js';
import { drawBoxes } from '../../draw/box-overlay.js';
import { checkDecoderName } from './choose-decoder.js';
import { detectionEvaluator } from './detection-evaluation.js';
import { detectionFormats } from './detection-formats.js';
import { objectProcessor } from './object-processor.js';

/** Object detection: boxes of the upright original, see {@link DetectionPrediction}. */
export const detectionTask: Task<DetectionPrediction> = {
  type: 'object-detection',
  checkPackage: checkDecoderName,
  createProcessor: (model, variantId, signature) =>
    objectProcessor<DetectionPrediction>(model, variantId, signature, () => () => (object) => object),
  draw: (predictions, canvas) => drawBoxes(predictions, canvas),
  formats: detectionFormats,
  table: boxTable,
  evaluation: detectionEvaluator,
};
