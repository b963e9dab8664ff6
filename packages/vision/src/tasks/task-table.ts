import type { ModelPackage } from '@care/registry-core';
import type { TaskPrediction } from './task-prediction.js';

/** Predictions as rows for people. */
export interface TaskTable<Prediction extends TaskPrediction = TaskPrediction> {
  /** What one row is: `['object', 'objects']`. */
  noun(model: Pick<ModelPackage, 'classNames'>): readonly [one: string, many: string];
  /** After the class and the confidence, which every prediction has. */
  readonly columns: readonly TableColumn<Prediction>[];
}

/** A column of numbers, aligned to the right. */
export interface TableColumn<Prediction extends TaskPrediction = TaskPrediction> {
  readonly title: string;
  /** Text of the cell; `image` is the size of the upright original in pixels. */
  cell(prediction: Prediction, image: { readonly width: number; readonly height: number }): string;
}
