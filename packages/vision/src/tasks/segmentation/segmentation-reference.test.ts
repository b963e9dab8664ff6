import type { Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { rleToCoco } from '../../masks/coco-rle.js';
import { modelPackage } from '../../model-package.fixture.js';
import type { PackageChanges } from '../../model-package.fixture.js';
import { blank, floats } from '../detection/outputs.fixture.js';
import { prepare } from '../prepare.fixture.js';
import { maskCases, prototypeTensor, queryTensor } from './masks-reference.fixture.js';
import type { MaskCase } from './masks-reference.fixture.js';
import { segmentationTask } from './segmentation-task.js';

/** Falling, so that results come in the order of the objects. */
const scoreOf = (index: number): number => 0.9 - index / 10;

const center = ([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[]): number[] => [
  (x1 + x2) / 2,
  (y1 + y2) / 2,
  x2 - x1,
  y2 - y1,
];

function transposed(rows: readonly (readonly number[])[]): Tensor {
  const channels = rows[0]?.length ?? 0;
  const data = Array.from({ length: channels }, (_, k) => rows.map((row) => row[k] ?? NaN)).flat();
  return floats([1, channels, rows.length], data);
}

const rowsOf = (rows: readonly (readonly number[])[]): Tensor =>
  floats([1, rows.length, rows[0]?.length ?? 0], rows.flat());

type Outputs = Readonly<Record<string, Tensor>>;

/** Two classes; the objects of a case as each family gives them. */
const LAYOUTS: Readonly<Record<string, { decoder: string; outputs: (objects: MaskCase) => Outputs }>> = {
  'yolov8, yolo11, yolo12': {
    decoder: 'yolov8',
    outputs: (made) => ({
      output0: transposed(
        made.boxes.map((box, i) => [...center(box), scoreOf(i), 0, ...(made.coefficients[i] ?? [])]),
      ),
      output1: prototypeTensor(made),
    }),
  },
  'prototypes first and channels last': {
    decoder: 'yolov8',
    outputs: (made) => ({
      protos: prototypeTensor(made, 'nhwc'),
      output0: transposed(
        made.boxes.map((box, i) => [...center(box), 0, scoreOf(i), ...(made.coefficients[i] ?? [])]),
      ),
    }),
  },
  yolov5: {
    decoder: 'yolov5',
    outputs: (made) => ({
      output0: rowsOf(
        made.boxes.map((box, i) => [...center(box), scoreOf(i), 0, 1, ...(made.coefficients[i] ?? [])]),
      ),
      output1: prototypeTensor(made),
    }),
  },
  'yolo26 and other end-to-end models': {
    decoder: 'end2end',
    outputs: (made) => ({
      output0: rowsOf(made.boxes.map((box, i) => [...box, scoreOf(i), 1, ...(made.coefficients[i] ?? [])])),
      output1: prototypeTensor(made),
    }),
  },
  'rf-detr': {
    decoder: 'detr',
    outputs: (made) => ({
      dets: floats(
        [1, made.boxes.length, 4],
        made.boxes.flatMap((box) => center(box).map((value, k) => value / (made.input[k % 2] ?? NaN))),
      ),
      labels: floats(
        [1, made.boxes.length, 2],
        made.boxes.flatMap((_, i) => [Math.log(scoreOf(i) / (1 - scoreOf(i))), -9]),
      ),
      masks: queryTensor(made),
    }),
  },
};

function countsOf(made: MaskCase, outputs: Outputs, decoder: string): unknown[] {
  const [width, height] = made.input;
  const changes: PackageChanges = {
    task: 'instance-segmentation',
    classNames: ['a', 'b'],
    inputSize: { width, height },
    preprocessing: { resize: made.resize, padPosition: made.padPosition },
    postprocessing: { decoder, iouThreshold: 1 },
  };
  const processor = segmentationTask.createProcessor(modelPackage(changes), 'onnx', {
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, height, width] }],
    outputs: Object.entries(outputs).map(([name, { type, dims }]) => ({ name, type, shape: dims })),
  });
  const { geometry } = prepare(processor, blank(...made.image));
  return processor.postprocess(outputs, geometry, {}).map(({ mask }) => rleToCoco(mask).counts);
}

describe.each(maskCases())('masks, $name: as $reference', (made) => {
  it.each(Object.entries(LAYOUTS))('%s', (_, { decoder, outputs }) => {
    expect(countsOf(made, outputs(made), decoder)).toEqual(made.counts);
  });
});

it('the fixture covers both references', () => {
  const references = maskCases().map(({ reference }) => reference.join());
  expect(references.filter((reference) => reference.includes('OpenCV')).length).toBeGreaterThan(3);
  expect(references.filter((reference) => reference === 'scipy').length).toBeGreaterThan(3);
});
