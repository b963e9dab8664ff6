import type { DetectionPrediction } from '../task-prediction.js';
import type { TableColumn, TaskTable } from '../task-table.js';

/** Edges of the box in pixels, to a tenth. */
export const BOX_COLUMNS: readonly TableColumn<DetectionPrediction>[] = ['x1', 'y1', 'x2', 'y2'].map(
  (title, edge) => ({ title, cell: ({ box }) => (box[edge] ?? NaN).toFixed(1) }),
);

export const boxTable: TaskTable<DetectionPrediction> = {
  noun: () => ['object', 'objects'],
  columns: BOX_COLUMNS,
};
