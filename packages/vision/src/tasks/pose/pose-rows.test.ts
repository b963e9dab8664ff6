import { readFileSync } from 'node:fs';
import type { Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { classes, modelPackage, signature } from '../../model-package.fixture.js';
import type { PackageChanges } from '../../model-package.fixture.js';
import { blank, careError, floats } from '../detection/outputs.fixture.js';
import { prepare } from '../prepare.fixture.js';
import type { PosePrediction, PredictOptions } from '../task.js';
import { COCO_KEYPOINTS } from './coco-keypoints.js';
import { poseTask } from './pose-task.js';

interface ReferencePerson {
  readonly score: number;
  readonly box_in_input: readonly number[];
  readonly box: readonly number[];
  readonly visibility: readonly number[];
  readonly in_input: readonly (readonly [number, number])[];
  readonly in_image: readonly (readonly [number, number])[];
}
interface ReferenceCase {
  readonly width: number;
  readonly height: number;
  readonly persons: readonly ReferencePerson[];
}

/** OpenCV's inverse of the letterbox; made by tools/fixtures/vision_pose_rows.py. */
const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/opencv-letterbox-keypoints.json', import.meta.url), 'utf8'),
) as { cases: ReferenceCase[] };

const ROWS = 84;
const CLASSES = 2;

interface Layout {
  readonly values: 2 | 3;
  readonly endToEnd: boolean;
  readonly transposed: boolean;
}
const LAYOUTS: readonly Layout[] = [2, 3].flatMap((values) => [
  { values: values === 2 ? 2 : 3, endToEnd: false, transposed: false },
  { values: values === 2 ? 2 : 3, endToEnd: false, transposed: true },
  { values: values === 2 ? 2 : 3, endToEnd: true, transposed: true },
]);

/** The persons as a model of two classes would give them; the second person is of the second class. */
function rowsOf(persons: readonly ReferencePerson[], layout: Layout): Tensor {
  const rows = persons.map(({ score, box_in_input: box, visibility, in_input: points }, index) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box;
    const keypoints = points.flatMap(([x, y], k) =>
      layout.values === 2 ? [x, y] : [x, y, visibility[k] ?? 0],
    );
    const classId = index % CLASSES;
    return layout.endToEnd
      ? [x1, y1, x2, y2, score, classId, ...keypoints]
      : [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1, ...classScores(score, classId), ...keypoints];
  });
  const channels = rows[0]?.length ?? 0;
  // Unused rows stay zero, as exporters pad them.
  const at = (row: number, channel: number): number => rows[row]?.[channel] ?? 0;
  if (layout.transposed) {
    return floats(
      [1, ROWS, channels],
      Array.from({ length: ROWS * channels }, (_, i) => at(Math.floor(i / channels), i % channels)),
    );
  }
  return floats(
    [1, channels, ROWS],
    Array.from({ length: ROWS * channels }, (_, i) => at(i % ROWS, Math.floor(i / ROWS))),
  );
}

const classScores = (score: number, classId: number): number[] =>
  classId === 0 ? [score, 0.1] : [0.1, score];

function read(
  output: Tensor,
  changes: PackageChanges,
  { width, height }: { width: number; height: number } = { width: 64, height: 64 },
  options: PredictOptions = {},
): PosePrediction[] {
  const model = modelPackage({ task: 'pose-estimation', ...changes });
  const stated = signature([{ name: 'output0', type: output.type, shape: output.dims }]);
  const processor = poseTask.createProcessor(model, 'onnx', stated);
  const { geometry } = prepare(processor, blank(width, height));
  return processor.postprocess({ output0: output }, geometry, options);
}

const named = (count: number): PackageChanges['keypoints'] => ({
  names: Array.from({ length: count }, (_, k) => `point ${k}`),
  skeleton: [],
});

describe.each(LAYOUTS)(
  'rows of $values values a keypoint, end to end $endToEnd, transposed $transposed',
  (layout) => {
    it.each(cases)('put keypoints where OpenCV puts them in $width x $height', (reference) => {
      const { persons } = reference;
      const count = persons[0]?.in_image.length ?? 0;
      const found = read(
        rowsOf(persons, layout),
        {
          classNames: classes(CLASSES),
          keypoints: named(count),
          postprocessing: { decoder: layout.endToEnd ? 'end2end' : 'yolov8' },
        },
        reference,
      );
      expect(found.map(({ classId }) => classId)).toEqual([0, 1, 0]);
      found.forEach(({ confidence, box, keypoints }, index) => {
        const person = persons[index];
        expect(confidence).toBeCloseTo(person?.score ?? NaN, 6);
        box.forEach((side, k) => expect(Math.abs(side - (person?.box[k] ?? NaN))).toBeLessThan(1e-3));
        expect(keypoints.map(({ name }) => name)).toEqual(named(count)?.names);
        keypoints.forEach(({ x, y, confidence: sure }, k) => {
          const [wantedX = NaN, wantedY = NaN] = person?.in_image[k] ?? [];
          expect(Math.hypot(x - wantedX, y - wantedY)).toBeLessThan(1e-6);
          expect(sure).toBeCloseTo(layout.values === 2 ? 1 : (person?.visibility[k] ?? NaN), 6);
        });
      });
    });
  },
);

describe('keypoints of a model that does not name them', () => {
  const [first] = cases;
  const persons = first?.persons ?? [];
  const triples = { values: 3, endToEnd: false, transposed: false } as const;
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, k) => String(k));
  const firstNames = (output: Tensor, changes: PackageChanges): (string | undefined)[] | undefined =>
    read(output, { classNames: classes(CLASSES), ...changes }, first)[0]?.keypoints.map(({ name }) => name);
  const cut = (count: number): ReferencePerson[] =>
    persons.map((person) => ({ ...person, in_input: person.in_input.slice(0, count) }));

  it("are COCO's when there are 17", () => {
    expect(firstNames(rowsOf(persons, triples), {})).toEqual(COCO_KEYPOINTS.names);
  });

  it('are numbered otherwise', () => {
    expect(firstNames(rowsOf(cut(5), triples), {})).toEqual(numbered(5));
    expect(firstNames(rowsOf(cut(7), { ...triples, values: 2 }), {})).toEqual(numbered(7));
  });

  it('have the names that the exporter wrote', () => {
    const exporterMetadata = { kpt_shape: '[2, 3]', kpt_names: "{0: ['head', \"horse's tail\"]}" };
    expect(firstNames(rowsOf(cut(2), triples), { exporterMetadata })).toEqual(['head', "horse's tail"]);
  });

  it('are read as the exporter says where the number leaves it open', () => {
    const exporterMetadata = { kpt_shape: '[6, 2]' };
    expect(firstNames(rowsOf(cut(6), { ...triples, values: 2 }), { exporterMetadata })).toHaveLength(6);
    const open = careError(() => firstNames(rowsOf(cut(6), { ...triples, values: 2 }), {}));
    expect([open.code, open.message]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringContaining('4 keypoints of 3 values or 6 keypoints of 2 values'),
    ]);
  });

  it('are refused when package and exporter disagree', () => {
    const error = careError(() =>
      firstNames(rowsOf(persons, triples), {
        exporterMetadata: { kpt_shape: '[17, 3]' },
        keypoints: named(16),
      }),
    );
    expect([error.code, error.message]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringContaining('the package names 16 keypoints'),
    ]);
  });
});

describe('keypoint confidence', () => {
  const person = (visibility: number, x = 30): Tensor =>
    floats([1, 1, 9], [10, 10, 50, 50, 0.9, 0, x, 30, visibility]);
  const readPoint = (output: Tensor, decoderOptions: Record<string, string> = {}): PosePrediction[] =>
    read(output, { keypoints: named(1), postprocessing: { decoder: 'end2end', decoderOptions } });

  it('above 1 by rounding is 1, above 1 by more is an error that tells the remedy', () => {
    expect(readPoint(person(1.005))[0]?.keypoints[0]?.confidence).toBe(1);
    const error = careError(() => readPoint(person(5.5)));
    expect([error.code, error.remedy]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringContaining('"keypoint_scores": "logits"'),
    ]);
  });

  it('is the sigmoid of logits on request', () => {
    expect(
      readPoint(person(Math.log(3)), { keypoint_scores: 'logits' })[0]?.keypoints[0]?.confidence,
    ).toBeCloseTo(0.75, 6);
    expect(careError(() => readPoint(person(0), { keypoint_scores: 'maybe' })).code).toBe(
      'MODEL_INCOMPATIBLE',
    );
  });

  it.each([NaN, Infinity, -Infinity])('or place %d drops the object', (value) => {
    expect(readPoint(person(0.5, value))).toEqual([]);
    expect(readPoint(person(value), { keypoint_scores: 'logits' })).toEqual([]);
  });
});

it('refuses a decoder whose output has no keypoints', () => {
  const error = careError(() =>
    read(floats([1, 7], [0, 10, 10, 50, 50, 0, 0.9]), { postprocessing: { decoder: 'end2end' } }),
  );
  expect([error.code, error.message]).toEqual([
    'MODEL_INCOMPATIBLE',
    expect.stringContaining('boxes but no keypoints'),
  ]);
});
