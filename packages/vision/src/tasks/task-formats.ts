import type { CareJsonPrediction } from '../formats/care-json.js';
import type { CocoResult, CocoResultsOptions } from '../formats/coco-results.js';
import type { PredictionRecord } from '../formats/prediction-record.js';
import type { RoboflowResponse } from '../formats/roboflow-response.js';
import type { TaskPrediction } from './task-prediction.js';

/** A task's predictions in the result formats: pure functions. */
export interface TaskFormats<Prediction extends TaskPrediction = TaskPrediction> {
  /** As CARE prints it: snake_case, nothing rounded. */
  care(prediction: Prediction): CareJsonPrediction;
  /** Roboflow's inference response. `newId` makes detection ids. */
  roboflow(record: PredictionRecord<Prediction>, newId: () => string): RoboflowResponse;
  /** COCO results. `imageId` is a number for COCO's own evaluation; a file name serves elsewhere. */
  coco(
    imageId: number | string,
    predictions: readonly Prediction[],
    options: CocoResultsOptions,
  ): readonly CocoResult[];
}
