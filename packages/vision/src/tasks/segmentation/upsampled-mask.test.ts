import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmapFromRle } from '../../masks/mask-bitmap.js';
import type { Rle } from '../../masks/rle.js';
import { resizeGeometry } from '../../preprocess/resize-geometry.js';
import type { ResizeGeometry, Size } from '../../preprocess/resize-geometry.js';
import type { Box } from '../task-prediction.js';
import { planeLevels, weightedLevels } from './mask-levels.js';
import type { CellPlanes } from './mask-levels.js';
import { maskUpsampler } from './upsampled-mask.js';

const size = (max: number): fc.Arbitrary<Size> =>
  fc.record({ width: fc.integer({ min: 1, max }), height: fc.integer({ min: 1, max }) });

const geometries: fc.Arbitrary<ResizeGeometry> = fc
  .tuple(
    size(70),
    size(40),
    fc.constantFrom('letterbox', 'stretch', 'center-crop', 'fit-within'),
    fc.constantFrom('center', 'top-left'),
    fc.boolean(),
  )
  .map(([image, input, resize, padPosition, cropped]) => {
    const { width, height } = image;
    const seen = cropped ? ([width / 4, height / 8, width * 0.75, height] as const) : undefined;
    return resizeGeometry(image, input, { resize, padPosition }, seen);
  });

const fraction = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
);
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -300, max: 300 }).map((percent) => percent / 100) },
  fc.constantFrom(0, NaN, Infinity, -Infinity, 1e38),
);

function planesOf(values: readonly number[], { width, height }: Size): CellPlanes {
  const data = Float32Array.from({ length: width * height }, (_, i) => values[i % values.length] ?? NaN);
  return { data, first: 0, planeStep: width * height, cellStep: 1, width, height };
}

function boxOf([a, b, c, d]: readonly [number, number, number, number], { width, height }: Size): Box {
  const [left, right] = [Math.min(a, c) * width, Math.max(a, c) * width];
  return [left, Math.min(b, d) * height, right, Math.max(b, d) * height];
}

/** Pixel by pixel, in the words of the definition. */
function naive({ data, width, height }: CellPlanes, geometry: ResizeGeometry, box: Box): number[] {
  const { image, input, seen, scale, offset } = geometry;
  const along = (axis: 'x' | 'y', pixel: number, side: 'width' | 'height', cells: number) => {
    const perPixel = cells / input[side];
    const [s, o] = [scale[axis], offset[axis]];
    const [from, to] = axis === 'x' ? [seen[0], seen[2]] : [seen[1], seen[3]];
    const centers = Array.from({ length: cells }, (_, cell) => cell + 0.5);
    const [begin, end] = [Math.max(0, (from * s + o) * perPixel), Math.min(cells, (to * s + o) * perPixel)];
    const shown = centers.flatMap((center, cell) => (center >= begin && center < end ? [cell] : []));
    const middle = Math.max(0, Math.min(cells - 1, Math.floor((begin + end) / 2)));
    const [first = middle, last = first] = [shown[0], shown.at(-1)];
    const at = Math.max(first, Math.min(last, ((pixel + 0.5) * s + o) * perPixel - 0.5));
    return { cell: Math.floor(at), next: Math.min(last, Math.floor(at) + 1), weight: at - Math.floor(at) };
  };
  const cellValue = (x: number, y: number): number => {
    const read = data[y * width + x] ?? NaN;
    return read >= -1e30 ? Math.min(read, 1e30) : -1e30;
  };
  const mix = (a: number, b: number, weight: number): number => a + weight * (b - a);
  const pixels: number[] = [];
  for (let y = 0; y < image.height; y++) {
    const v = along('y', y, 'height', height);
    for (let x = 0; x < image.width; x++) {
      const u = along('x', x, 'width', width);
      const inBox = x >= box[0] && x < box[2] && y >= box[1] && y < box[3];
      const upper = mix(cellValue(u.cell, v.cell), cellValue(u.next, v.cell), u.weight);
      const lower = mix(cellValue(u.cell, v.next), cellValue(u.next, v.next), u.weight);
      pixels.push(inBox && mix(upper, lower, v.weight) > 0 ? 1 : 0);
    }
  }
  return pixels;
}

const pixelsOf = (mask: Rle): number[] => Array.from(bitmapFromRle(mask, 'image').data);

describe('an upsampled mask', () => {
  const box = fc.tuple(fraction, fraction, fraction, fraction);

  it('has the pixels of a pixel by pixel computation', () => {
    let [inside, all] = [0, 0];
    fc.assert(
      fc.property(
        geometries,
        size(12),
        fc.array(value, { minLength: 1, maxLength: 144 }),
        box,
        (geometry, grid, values, corners) => {
          const planes = planesOf(values, grid);
          const at = boxOf(corners, geometry.image);
          const found = pixelsOf(maskUpsampler(geometry, planes)(planeLevels(planes, 0, 0), at));
          expect(found).toEqual(naive(planes, geometry, at));
          inside += found.reduce((sum, pixel) => sum + pixel, 0);
          all += found.length;
        },
      ),
      { numRuns: 600 },
    );
    expect(inside / all).toBeGreaterThan(0.01);
  });

  it('is cut as x1 <= column < x2, rows alike', () => {
    const image = { width: 8, height: 8 };
    const planes = planesOf([1], { width: 2, height: 2 });
    const upsample = maskUpsampler(
      resizeGeometry(image, image, { resize: 'stretch', padPosition: 'center' }),
      planes,
    );
    const boxed = (...at: Box): unknown => {
      const { x, y, width, height } = bitmapFromRle(upsample(planeLevels(planes, 0, 0), at));
      return [x, y, width, height];
    };
    expect(boxed(2, 3, 5, 6)).toEqual([2, 3, 3, 3]);
    expect(boxed(1.5, 0.01, 4.5, 7.99)).toEqual([2, 1, 3, 7]);
    expect(boxed(2.2, 2.2, 2.8, 2.8)).toEqual([0, 0, 0, 0]);
    expect(boxed(0, 0, 8, 8)).toEqual([0, 0, 8, 8]);
  });

  it('of coefficients is that of their sum of prototypes, of any number and in any order of memory', () => {
    const grid = { width: 5, height: 4 };
    const cells = 20;
    const region = { x: 1, y: 1, width: 3, height: 2 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }).chain((count) =>
          fc.tuple(
            fc.array(fc.integer({ min: -8, max: 8 }), { minLength: count, maxLength: count }),
            fc.array(fc.integer({ min: -8, max: 8 }), {
              minLength: count * cells,
              maxLength: count * cells,
            }),
          ),
        ),
        fc.boolean(),
        ([coefficients, values], channelsLast) => {
          const count = coefficients.length;
          const at = (k: number, cell: number): number => values[k * cells + cell] ?? NaN;
          const data = channelsLast
            ? Float32Array.from(values, (_, i) => at(i % count, Math.floor(i / count)))
            : Float32Array.from(values);
          const steps = channelsLast ? { planeStep: 1, cellStep: count } : { planeStep: cells, cellStep: 1 };
          const into = new Float64Array(6);
          weightedLevels({ data, first: 0, ...steps, ...grid }, coefficients, 0.5).read(region, into);
          const wanted = [6, 7, 8, 11, 12, 13].map(
            (cell) => coefficients.reduce((sum, weight, k) => sum + weight * at(k, cell), 0) - 0.5,
          );
          expect(Array.from(into)).toEqual(wanted);
        },
      ),
    );
  });
});
