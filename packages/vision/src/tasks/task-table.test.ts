import { describe, expect, it } from 'vitest';
import { rleFromBitmap } from '../masks/mask-bitmap.js';
import { classTable } from './classification/class-table.js';
import { boxTable } from './detection/box-table.js';
import { poseTable } from './pose/pose-table.js';
import { segmentationTable } from './segmentation/segmentation-table.js';
import type { TaskPrediction } from './task-prediction.js';
import type { TaskTable } from './task-table.js';

const image = { width: 20, height: 10 };
const object = { class: 'person', classId: 0, confidence: 0.9, box: [1, 2.26, 6, 4.96] } as const;

function row<P extends TaskPrediction>(table: TaskTable<P>, prediction: P): Record<string, string> {
  return Object.fromEntries(table.columns.map((column) => [column.title, column.cell(prediction, image)]));
}

const box = { x1: '1.0', y1: '2.3', x2: '6.0', y2: '5.0' };

describe('rows for people', () => {
  it('of objects', () => {
    expect(row(boxTable, object)).toEqual(box);
  });

  it('of poses', () => {
    const keypoints = [0.9, 0.3, 0.3, 0.1].map((confidence, index) => ({
      name: `${index}`,
      x: 0,
      y: 0,
      confidence,
    }));
    expect(row(poseTable, { ...object, keypoints })).toMatchObject({ keypoints: '3 of 4', mean: '0.40' });
    expect(row(poseTable, { ...object, keypoints: [] })).toMatchObject({ keypoints: '0 of 0', mean: '' });
    expect(poseTable.noun({ classNames: ['person'] })).toEqual(['person', 'persons']);
    expect(poseTable.noun({ classNames: ['person', 'horse'] })).toEqual(['object', 'objects']);
  });

  it('of masks', () => {
    const bitmap = { x: 1, y: 2, width: 5, height: 3, data: new Uint8Array(15).fill(1) };
    const mask = rleFromBitmap(bitmap, image);
    expect(row(segmentationTable, { ...object, mask })).toMatchObject({ pixels: '15', area: '7.5%' });
  });

  it('of classes', () => {
    expect(row(classTable, object)).toEqual({});
    expect(classTable.noun({ classNames: [] })).toEqual(['class', 'classes']);
  });
});
