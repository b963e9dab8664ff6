import { rleArea } from '../../masks/rle-measure.js';
import { BOX_COLUMNS } from '../detection/box-table.js';
import type { SegmentationPrediction } from '../task-prediction.js';
import type { TaskTable } from '../task-table.js';

/** Box, and the area of the mask in pixels and as part of the picture. */
export const segmentationTable: TaskTable<SegmentationPrediction> = {
  noun: () => ['object', 'objects'],
  columns: [
    ...BOX_COLUMNS,
    { title: 'pixels', cell: ({ mask }) => String(rleArea(mask)) },
    {
      title: 'area',
      cell: ({ mask }, { width, height }) => `${((100 * rleArea(mask)) / (width * height)).toFixed(1)}%`,
    },
  ],
};
