import { readFileSync } from 'node:fs';
import { rleFromCoco, type CocoRle } from '../masks/coco-rle.js';
import type { Box } from '../tasks/task.js';
import type { DetectedBox, TrueBox } from './box-measure.js';
import type { ClassEvaluation } from './class-evaluation.js';
import type { DetectedPose, TrueObjectPose } from './evaluate-keypoints.js';
import type { DetectedMask, TrueMask } from './mask-measure.js';

/** A random set and pycocotools' figures for it; made by tools/fixtures/evaluate_coco.py, which tells the columns. */
interface Reference {
  readonly name: string;
  readonly imageIds: readonly number[];
  readonly classIds: readonly number[];
  readonly stats: readonly number[];
  /** AP, AP50, AP75, AR of each class; -1 without ground truth. */
  readonly perClass: Readonly<Record<string, readonly number[]>>;
}
type Case<Truth, Detection> = Reference & {
  readonly groundTruth: readonly Truth[];
  readonly detections: readonly Detection[];
};
type Sides = readonly [x: number, y: number, width: number, height: number];
type Flags = readonly [area: number, crowd: number, ignore: number];
type Row = readonly [image: number, classId: number];

function read<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')) as T[];
}

const box = ([x, y, width, height]: Sides): Box => [x, y, x + width, y + height];
const flags = ([area, crowd, ignore]: Flags): { area: number; crowd: boolean; ignore: boolean } => ({
  area,
  crowd: crowd === 1,
  ignore: ignore === 1,
});

type BoxRows = Case<readonly [...Row, ...Sides, ...Flags], readonly [...Row, number, ...Sides]>;
export function boxCases(): Case<TrueBox, DetectedBox>[] {
  return read<BoxRows>('boxes.json').map((set) => ({
    ...set,
    groundTruth: set.groundTruth.map(([imageId, classId, x, y, width, height, ...rest]) => ({
      ...{ imageId, classId, box: box([x, y, width, height]) },
      ...flags(rest),
    })),
    detections: set.detections.map(([imageId, classId, score, ...sides]) => ({
      ...{ imageId, classId, score, box: box(sides) },
    })),
  }));
}

type MaskRows = Case<
  readonly [...Row, CocoRle['size'], string, ...Flags],
  readonly [...Row, number, CocoRle['size'], string]
>;
export function maskCases(): Case<TrueMask, DetectedMask>[] {
  return read<MaskRows>('masks.json').map((set) => ({
    ...set,
    groundTruth: set.groundTruth.map(([imageId, classId, size, counts, ...rest]) => ({
      ...{ imageId, classId, mask: rleFromCoco({ size, counts }) },
      ...flags(rest),
    })),
    detections: set.detections.map(([imageId, classId, score, size, counts]) => ({
      ...{ imageId, classId, score, mask: rleFromCoco({ size, counts }) },
    })),
  }));
}

type PoseRows = Case<
  readonly [...Row, Sides, ...Flags, readonly number[]],
  readonly [...Row, number, readonly number[]]
> & { readonly sigmas?: readonly number[] };
export function poseCases(): (Case<TrueObjectPose, DetectedPose> & {
  readonly sigmas?: readonly number[];
})[] {
  return read<PoseRows>('keypoints.json').map((set) => ({
    ...set,
    groundTruth: set.groundTruth.map(([imageId, classId, sides, area, crowd, ignore, values]) => ({
      ...{ imageId, classId, box: box(sides) },
      ...flags([area, crowd, ignore]),
      keypoints: groups(values, 3).map(([x = 0, y = 0, visibility = 0]) => ({ x, y, visibility })),
    })),
    detections: set.detections.map(([imageId, classId, score, values]) => ({
      ...{ imageId, classId, score },
      keypoints: groups(values, 2).map(([x = 0, y = 0]) => ({ x, y })),
    })),
  }));
}

function groups(values: readonly number[], size: number): (readonly number[])[] {
  return Array.from({ length: values.length / size }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

/** The figures of each class as pycocotools' arrays give them. */
export function perClassFigures(classes: readonly ClassEvaluation[]): Record<string, number[]> {
  return Object.fromEntries(
    classes.map(({ classId, AP50_95, AP50, AP75, AR50_95 }) => [
      String(classId),
      [AP50_95, AP50, AP75, AR50_95].map((figure) => figure ?? -1),
    ]),
  );
}

/** Largest difference between figures. */
export function largestDifference(
  actual: Readonly<Record<string, readonly number[]>>,
  expected: Readonly<Record<string, readonly number[]>>,
): number {
  const differences = Object.entries(expected).flatMap(([key, values]) =>
    values.map((value, index) => Math.abs(value - (actual[key]?.[index] ?? NaN))),
  );
  return Math.max(...differences);
}
