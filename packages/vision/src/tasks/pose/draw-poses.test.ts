import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPredictions } from '../../draw/draw-predictions.js';
import type { KeypointSpec } from '@care/registry-core';
import type { PosePrediction } from '../task-prediction.js';
import { COCO_KEYPOINTS } from './coco-keypoints.js';

interface Picture {
  /** Pixels that differ from the grey ground. */
  count(color?: readonly [number, number, number]): number;
  at(x: number, y: number): number[];
}

const LEFT = [255, 149, 0] as const;
const RIGHT = [0, 216, 160] as const;
const MIDDLE = [255, 255, 255] as const;

/** Where COCO's keypoints of a standing person lie in a box of 0..1; the left side of the body is at the right of the picture. */
const STANDING = COCO_KEYPOINTS.names.map((name, index) => {
  const side = name.startsWith('left') ? 1 : name.startsWith('right') ? -1 : 0;
  return { name, x: 0.5 + side * 0.2, y: 0.1 + Math.ceil(index / 2) * 0.1 };
});

function standing(size: number, confidence: (index: number) => number = () => 0.9): PosePrediction {
  const keypoints = STANDING.map(({ name, x, y }, i) => ({
    name,
    x: x * size,
    y: y * size,
    confidence: confidence(i),
  }));
  return { class: 'person', classId: 0, confidence: 0.9, box: [0, 0, size, size], keypoints };
}

async function draw(
  size: number,
  predictions: readonly PosePrediction[],
  keypoints?: KeypointSpec,
): Promise<Picture> {
  const frame = {
    data: new Uint8Array(size * size).fill(128),
    width: size,
    height: size,
    format: 'gray' as const,
  };
  const png = await drawPredictions(
    { kind: 'raw', frame },
    { task: 'pose-estimation', predictions },
    { labels: false, keypoints },
  );
  const data = await sharp(png).raw().toBuffer();
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * size + x) * 3, (y * size + x) * 3 + 3),
  ];
  const near = (i: number, color: readonly number[]): boolean =>
    color.every((value, c) => Math.abs((data[i * 3 + c] ?? 0) - value) < 25);
  return {
    at,
    count: (color) =>
      Array.from({ length: size * size }, (_, i) =>
        color === undefined ? !near(i, [128, 128, 128]) : near(i, color),
      ).filter(Boolean).length,
  };
}

describe('drawn poses', () => {
  it("have COCO's skeleton coloured by the side of the body", async () => {
    const picture = await draw(400, [standing(400)]);
    // Between left knee and ankle, right knee and ankle, and in the middle of the shoulders.
    expect(picture.at(280, 340)).toEqual(LEFT.map((value) => expect.closeTo(value, -1) as number));
    expect(picture.at(120, 340)).toEqual(RIGHT.map((value) => expect.closeTo(value, -1) as number));
    expect(picture.at(200, 160)).toEqual(MIDDLE.map((value) => expect.closeTo(value, -1) as number));
  });

  it.each([48, 200, 1200])('are seen in a picture of %i pixels and leave most of it free', async (size) => {
    const picture = await draw(size, [standing(size)]);
    const [bare, colored] = [
      await draw(size, [{ ...standing(size), keypoints: [] }]),
      picture.count(LEFT) + picture.count(RIGHT),
    ];
    expect(colored).toBeGreaterThan(size * 0.5);
    expect(picture.count() - bare.count()).toBeLessThan(size * size * (size < 100 ? 0.3 : 0.15));
  });

  it('leave out keypoints below 0.3, those that are no numbers or far away, and the lines to them', async () => {
    const bare = (await draw(300, [{ ...standing(300), keypoints: [] }])).count();
    expect((await draw(300, [standing(300, () => 0.29)])).count()).toBe(bare);
    expect((await draw(300, [standing(300, (index) => (index === 13 ? 0.3 : 0))])).count()).toBeGreaterThan(
      bare,
    );
    for (const x of [NaN, Infinity, -1e38]) {
      const pose = standing(300);
      const far = { ...pose, keypoints: pose.keypoints.map((point) => ({ ...point, x })) };
      expect((await draw(300, [far])).count()).toBe(bare);
    }
  });

  it('have the skeleton of the model when it states one, and joints only when there is none', async () => {
    const names = ['l', 'r', 'top'];
    const keypoints = names.map((name, i) => ({ name, x: 50 + 100 * i, y: 150, confidence: 1 }));
    const pose: PosePrediction = { ...standing(300), keypoints };
    const [joints, lines] = [
      await draw(300, [pose]),
      await draw(300, [pose], {
        names,
        skeleton: [
          [0, 1],
          [0, 9],
        ],
      }),
    ];
    expect(joints.at(100, 150)).toEqual([128, 128, 128]);
    expect(lines.at(100, 150)).toEqual([...MIDDLE]);
    expect(lines.at(200, 150)).toEqual([128, 128, 128]);
  });
});
