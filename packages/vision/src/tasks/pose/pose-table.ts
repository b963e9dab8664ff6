import { BOX_COLUMNS } from '../detection/box-table.js';
import type { PosePrediction } from '../task-prediction.js';
import type { TaskTable } from '../task-table.js';
import { MIN_DRAWN_KEYPOINT_CONFIDENCE } from './draw-poses.js';

/** Box, how many keypoints are drawn, and the mean confidence of all. */
export const poseTable: TaskTable<PosePrediction> = {
  noun: ({ classNames }) =>
    classNames.every((name) => name.toLowerCase() === 'person')
      ? ['person', 'persons']
      : ['object', 'objects'],
  columns: [
    ...BOX_COLUMNS,
    {
      title: 'keypoints',
      cell: ({ keypoints }) =>
        `${keypoints.filter(({ confidence }) => confidence >= MIN_DRAWN_KEYPOINT_CONFIDENCE).length} of ${keypoints.length}`,
    },
    {
      title: 'mean',
      cell: ({ keypoints }) => {
        const sum = keypoints.reduce((total, { confidence }) => total + confidence, 0);
        return keypoints.length === 0 ? '' : (sum / keypoints.length).toFixed(2);
      },
    },
  ],
};
