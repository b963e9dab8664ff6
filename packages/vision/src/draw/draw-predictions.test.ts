import { isCareError } from '@care/registry-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../image/image-source.js';
import { classColor } from './class-color.js';
import { drawPredictions } from './draw-predictions.js';
import type { DrawnResult } from './draw-predictions.js';
import type { DetectionPrediction } from '../tasks/task-prediction.js';

const flat = (width: number, height: number, value = 128): ImageSource => ({
  kind: 'raw',
  frame: { data: new Uint8Array(width * height).fill(value), width, height, format: 'gray' },
});
const person = (...box: [number, number, number, number]): DetectionPrediction => ({
  class: 'person',
  classId: 0,
  confidence: 0.9,
  box,
});

const detections = (predictions: readonly DetectionPrediction[]): DrawnResult => ({
  task: 'object-detection',
  predictions,
});

interface Drawn {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): number[];
}

async function drawn(
  image: ImageSource,
  predictions: readonly DetectionPrediction[],
  labels = true,
): Promise<Drawn> {
  const png = await drawPredictions(image, detections(predictions), {
    labels,
    limits: { maxPixels: 100_000_000 },
  });
  const { data, info } = await sharp(png, { limitInputPixels: false })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  return { width: info.width, height: info.height, at };
}

/** Whether a row or a column of the picture shows anything but the flat ground. */
function marked(picture: Drawn, x: number, y: number): boolean {
  return picture.at(x, y).some((value) => Math.abs(value - 128) > 6);
}

const fillOf = (classId: number): number[] =>
  (/^#(..)(..)(..)$/.exec(classColor(classId).fill) ?? []).slice(1).map((hex) => parseInt(hex, 16));

describe('drawPredictions', () => {
  it('draws the box where it is and nothing inside it', async () => {
    const picture = await drawn(flat(640, 480), [person(100, 80, 300, 240)], false);
    expect([picture.width, picture.height]).toEqual([640, 480]);
    for (const [x, y] of [
      [100, 160],
      [299, 160],
      [200, 80],
      [200, 239],
    ] as const) {
      picture.at(x, y).forEach((value, c) => expect(Math.abs(value - (fillOf(0)[c] ?? 0))).toBeLessThan(90));
    }
    expect(marked(picture, 100, 160)).toBe(true);
    for (const [x, y] of [
      [200, 160],
      [50, 160],
      [400, 160],
      [110, 90],
    ] as const)
      expect(marked(picture, x, y)).toBe(false);
  });

  it('writes the label in the class colour with readable letters, above the box', async () => {
    const picture = await drawn(flat(640, 480), [person(100, 80, 300, 240)]);
    const wanted = fillOf(0);
    const label: number[][] = [];
    for (let y = 62; y < 78; y++) for (let x = 102; x < 160; x++) label.push(picture.at(x, y));
    const close = (pixel: readonly number[], color: readonly number[]): boolean =>
      pixel.every((value, c) => Math.abs(value - (color[c] ?? 0)) < 12);
    const ink = classColor(0).text === '#000000' ? [0, 0, 0] : [255, 255, 255];
    expect(label.filter((pixel) => close(pixel, wanted)).length).toBeGreaterThan(label.length * 0.3);
    expect(label.filter((pixel) => close(pixel, ink)).length).toBeGreaterThan(label.length * 0.08);
  });

  it('keeps labels inside pictures of any size', async () => {
    for (const [width, height] of [
      [64, 48],
      [33, 17],
      [640, 480],
      [6000, 4000],
    ] as const) {
      const picture = await drawn(flat(width, height), [
        person(0, 0, width, height),
        person(width * 0.7, height * 0.8, width, height),
      ]);
      expect([picture.width, picture.height]).toEqual([width, height]);
    }
  });

  it('scales lines with the picture', async () => {
    const thickness = async (size: number): Promise<number> => {
      const box = [size * 0.25, size * 0.25, size * 0.75, size * 0.75] as [number, number, number, number];
      const picture = await drawn(flat(size, size), [person(...box)], false);
      let count = 0;
      for (let x = 0; x < size / 2; x++) if (marked(picture, x, size / 2)) count += 1;
      return count;
    };
    const [small, large] = [await thickness(200), await thickness(3000)];
    expect(small).toBeLessThanOrEqual(6);
    expect(large).toBeGreaterThanOrEqual(10);
  });

  it('overlays pictures that no SVG renderer takes whole', async () => {
    const picture = await drawn(
      flat(40_000, 40),
      [person(39_000, 5, 39_990, 35), person(16_300, 5, 16_500, 35)],
      false,
    );
    expect(marked(picture, 39_000, 20)).toBe(true);
    expect(marked(picture, 16_384, 5)).toBe(true);
    expect(marked(picture, 16_300, 20)).toBe(true);
    expect(marked(picture, 30_000, 20)).toBe(false);
  });

  it('draws names of any characters, markup included, and drops what cannot be drawn', async () => {
    const odd = ['Žluťoučký kůň', '人 & <rect/>', '', 'ẞ ạ', '\u0000'.repeat(3), 'x'.repeat(500)];
    const predictions = odd.map((name, i) => ({
      class: name,
      classId: i,
      confidence: 0.5,
      box: [10, 10 + i * 30, 200, 40 + i * 30] as const,
    }));
    const picture = await drawn(flat(320, 240), [...predictions, person(NaN, 0, 5, 5), person(9, 9, 1, 1)]);
    expect(picture.width).toBe(320);
  });

  it('writes JPEG on request', async () => {
    const jpeg = await drawPredictions(flat(64, 48), detections([person(5, 5, 40, 40)]), {
      format: 'jpeg',
      quality: 80,
    });
    expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
  });

  it('refuses options that make no sense', async () => {
    const error: unknown = await drawPredictions(flat(8, 8), detections([]), { quality: 0 }).catch(
      (e: unknown) => e,
    );
    expect(isCareError(error, 'OPTIONS_INVALID')).toBe(true);
  });
});
