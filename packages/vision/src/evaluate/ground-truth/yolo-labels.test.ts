import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYoloLabels, type YoloLabelKind } from './yolo-labels.js';

const context = { image: { width: 200, height: 100 }, file: 'labels/a.txt' };
const pose = (keypoints: number, values: 2 | 3): YoloLabelKind => ({ kind: 'pose', keypoints, values });

describe('YOLO labels in pixels', () => {
  it('boxes: the centre and sides as fractions', () => {
    const { labels } = parseYoloLabels('3 0.5 0.5 0.25 0.5\n\n0 0.1 0.2 0 0 \r\n', { kind: 'box' }, context);
    expect(labels).toEqual([
      { line: 1, classId: 3, box: [75, 25, 125, 75] },
      { line: 3, classId: 0, box: [20, 20, 20, 20] },
    ]);
  });

  it('polygons, with the box around them and their area', () => {
    const { labels } = parseYoloLabels('1 0 0 0.5 0 0.5 0.5 0 0.5', { kind: 'polygon' }, context);
    expect(labels).toEqual([
      { line: 1, classId: 1, box: [0, 0, 100, 50], area: 5000, polygon: [0, 0, 100, 0, 100, 50, 0, 50] },
    ]);
  });

  it('polygons where boxes are wanted give the box around them', () => {
    const { labels } = parseYoloLabels('1 0 0.5 0.5 0 0.5 1', { kind: 'box' }, context);
    expect(labels).toEqual([{ line: 1, classId: 1, box: [0, 0, 100, 100] }]);
  });

  it('poses with visibility; what is not labelled has no place', () => {
    const text = '0 0.5 0.5 0.5 0.5 0.25 0.5 2 0.5 0.25 1 0.9 0.9 0';
    const [label] = parseYoloLabels(text, pose(3, 3), context).labels;
    expect(label?.keypoints).toEqual([
      { x: 50, y: 50, visibility: 2 },
      { x: 100, y: 25, visibility: 1 },
      { x: 0, y: 0, visibility: 0 },
    ]);
    expect(label?.area).toBeCloseTo(0.53 * 100 * 50, 9);
  });

  it('poses without visibility: below 0 is not labelled', () => {
    const [label] = parseYoloLabels('0 0.5 0.5 1 1 0.25 0.5 -1 -1', pose(2, 2), context).labels;
    expect(label?.keypoints).toEqual([
      { x: 50, y: 50, visibility: 2 },
      { x: 0, y: 0, visibility: 0 },
    ]);
  });

  it('an empty text is an image without objects', () => {
    expect(parseYoloLabels('', { kind: 'box' }, context).labels).toEqual([]);
    expect(parseYoloLabels('\uFEFF\n', { kind: 'box' }, context).labels).toEqual([]);
  });

  it('lines that repeat an earlier one are left out and told', () => {
    const { labels, repeatedLines } = parseYoloLabels(
      '0 .5 .5 .1 .1\n1 .5 .5 .1 .1\n0 0.5 0.5 0.10 0.1',
      { kind: 'box' },
      context,
    );
    expect(labels.map(({ classId }) => classId)).toEqual([0, 1]);
    expect(repeatedLines).toEqual([3]);
  });
});

describe('broken labels are refused with file, line and reason', () => {
  it.each<[string, YoloLabelKind, string]>([
    ['0 0.5 0.5 0.1 0.1\n0 0.5 x 0.1 0.1', { kind: 'box' }, 'labels/a.txt:2: value 3 is "x", not a number'],
    ['0 0.5 NaN 0.1 0.1', { kind: 'box' }, ':1: value 3 is "NaN", not a number'],
    ['0 0.5 0.5 0.1', { kind: 'box' }, ':1: 4 values, expected 5 (a box) or 7, 9, 11'],
    ['0 320 240 50 40', { kind: 'box' }, ':1: value 2 is 320, not a fraction of the image'],
    ['0 0.5 0.5 -0.005 0.1', { kind: 'box' }, ':1: a box of -0.005 x 0.1'],
    ['0.5 0.5 0.5 0.1 0.1', { kind: 'box' }, ':1: the class id is 0.5'],
    ['-1 0.5 0.5 0.1 0.1', { kind: 'box' }, ':1: the class id is -1'],
    ['5 0.5 0.5 0.1 0.1', { kind: 'box' }, ':1: the class id is 5, but there are 5 classes'],
    ['0 0.5 0.5 0.1 0.1', { kind: 'polygon' }, ':1: 5 values, expected 7, 9, 11'],
    ['0 0 0 1 0 1 1 0', { kind: 'polygon' }, ':1: 8 values, expected 7, 9, 11'],
    ['0 .5 .5 .1 .1 .5 .5 2', pose(2, 3), ':1: 8 values where a pose of 2 keypoints has 11'],
    ['0 .5 .5 .1 .1 .5 .5 7', pose(1, 3), ':1: keypoint 1 has visibility 7'],
    ['0 .5 .5 .1 .1 .5 9 2', pose(1, 3), ':1: value 7 is 9, not a fraction of the image'],
  ])('%j', (text, kind, message) => {
    const act = (): unknown => parseYoloLabels(text, kind, { ...context, classCount: 5 });
    expect(act).toThrow(expect.toSatisfy((error) => isCareError(error, 'INPUT_INVALID')));
    expect(act).toThrow(message);
  });
});

describe('any text', () => {
  const word = fc.oneof(
    fc.constantFrom('0', '1', '0.5', '1e-3', '-0', '1e999', '.', '-', '0x1', 'Infinity', '\u0000', '2'),
    fc.double({ min: 0, max: 1, noNaN: true }).map(String),
    fc.string({ maxLength: 4 }),
  );
  const line = fc.array(word, { maxLength: 14 }).map((words) => words.join(' '));
  const text = fc.oneof(
    fc.string(),
    fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n')),
  );
  const kind = fc.constantFrom<YoloLabelKind>({ kind: 'box' }, { kind: 'polygon' }, pose(3, 3), pose(4, 2));

  it('gives finite labels or INPUT_INVALID that names the file', () => {
    fc.assert(
      fc.property(text, kind, (content, wanted) => {
        try {
          for (const { box, classId, polygon = [], keypoints = [] } of parseYoloLabels(
            content,
            wanted,
            context,
          ).labels) {
            const places = keypoints.flatMap(({ x, y }) => [x, y]);
            expect([classId, ...box, ...polygon, ...places].every(Number.isFinite)).toBe(true);
          }
        } catch (error) {
          expect(isCareError(error, 'INPUT_INVALID')).toBe(true);
          expect(String(error)).toContain('labels/a.txt:');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of well-formed boxes comes back', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const rows = fc.uniqueArray(fc.tuple(fc.nat(9), fraction, fraction, fraction, fraction), {
      selector: (row) => row.map((value) => value + 0).join(' '),
    });
    fc.assert(
      fc.property(rows, (drawn) => {
        const content = drawn.map((row) => row.join(' ')).join('\n');
        const image = { width: 1, height: 1 };
        const { labels } = parseYoloLabels(content, { kind: 'box' }, { ...context, image });
        expect(labels.map(({ classId }) => classId)).toEqual(drawn.map(([classId]) => classId));
        labels.forEach(({ box: [x1, y1, x2, y2] }, index) => {
          const [, cx = NaN, cy = NaN, width = NaN, height = NaN] = drawn[index] ?? [];
          expect((x1 + x2) / 2).toBeCloseTo(cx, 12);
          expect((y1 + y2) / 2).toBeCloseTo(cy, 12);
          expect([x2 - x1, y2 - y1]).toEqual([expect.closeTo(width, 12), expect.closeTo(height, 12)]);
        });
      }),
    );
  });
});
