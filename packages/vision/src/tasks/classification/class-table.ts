import type { ClassificationPrediction } from '../task-prediction.js';
import type { TaskTable } from '../task-table.js';

export const classTable: TaskTable<ClassificationPrediction> = {
  noun: () => ['class', 'classes'],
  columns: [],
};
