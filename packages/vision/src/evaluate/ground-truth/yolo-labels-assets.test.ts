import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_ASSETS } from '../../test-assets.fixture.js';
import { parseYoloLabels, type YoloLabel, type YoloLabelKind } from './yolo-labels.js';

const title = `label files of real data sets${TEST_ASSETS === undefined ? ' (skipped: no CARE_TEST_ASSETS)' : ''}`;

/** Labels of every file of a folder, by file name. */
function labelsOf(
  folder: string,
  kind: YoloLabelKind,
  classCount: number,
): Map<string, readonly YoloLabel[]> {
  const path = join(TEST_ASSETS ?? '', 'images', folder);
  const image = { width: 640, height: 480 };
  return new Map(
    readdirSync(path).map((file) => [
      file,
      parseYoloLabels(readFileSync(join(path, file), 'utf8'), kind, { image, file, classCount }).labels,
    ]),
  );
}

describe.skipIf(TEST_ASSETS === undefined)(title, () => {
  it('polygons and boxes of the same COCO images tell of the same objects', () => {
    const boxes = labelsOf('coco/labels', { kind: 'box' }, 80);
    const outlined = [...labelsOf('coco/labels_seg', { kind: 'polygon' }, 80)].flatMap(([file, labels]) =>
      labels.map((label) => ({ ...label, file })),
    );
    // The outlines are coarse and some leave out a part of an object, so the boxes are near, not equal.
    const isNear = (a: YoloLabel, b: YoloLabel): boolean =>
      a.classId === b.classId && a.box.every((edge, index) => Math.abs(edge - (b.box[index] ?? NaN)) < 20);
    const found = outlined.filter((label) => boxes.get(label.file)?.some((other) => isNear(label, other)));
    expect(outlined.length).toBeGreaterThan(100);
    expect(found.length / outlined.length).toBeGreaterThan(0.97);
  });

  it('poses have COCO keypoints near their box', () => {
    const poses = [...labelsOf('pose/labels', { kind: 'pose', keypoints: 17, values: 3 }, 1).values()].flat();
    expect(poses.length).toBeGreaterThan(0);
    for (const { box, keypoints = [] } of poses) {
      for (const { x, y } of keypoints.filter(({ visibility }) => visibility > 0)) {
        expect(x > box[0] - 32 && x < box[2] + 32 && y > box[1] - 32 && y < box[3] + 32).toBe(true);
      }
    }
  });
});
