import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawFrame } from '../image/image-source.js';
import type { Box, View } from '../tasks/task.js';
import { numbersOf, preprocessor, RAW, type Changes } from './preprocessor.fixture.js';

const RUNS = 150;

/** Red tells the column, green the row; both rise by 2 a pixel. */
function ramp(width: number, height: number): RawFrame {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      data[at] = x * 2;
      data[at + 1] = y * 2;
    }
  }
  return { data, width, height, format: 'rgb' };
}

function noise(width: number, height: number, seed: number): RawFrame {
  let state = seed >>> 0;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { data, width, height, format: 'rgb' };
}

const side = (min: number, max: number) => fc.integer({ min, max });
const crop = fc.constantFrom(undefined, { xMin: 0.13, yMin: 0.07, xMax: 0.81, yMax: 0.94 });
const changes: fc.Arbitrary<Changes> = fc
  .record({
    resize: fc.constantFrom('letterbox', 'stretch', 'center-crop', 'fit-within'),
    padPosition: fc.constantFrom('center', 'top-left'),
    interpolation: fc.constantFrom('bilinear', 'area', 'bicubic', 'lanczos'),
    antialias: fc.boolean(),
    crop,
  })
  .map(({ crop: staticCrop, ...rest }) => ({
    ...RAW,
    ...rest,
    padValue: 0,
    ...(staticCrop === undefined ? {} : { staticCrop }),
  }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const regions = fc.option(fc.tuple(share, share, share, share), { nil: undefined });

describe('the geometry of a run', () => {
  it('says where in the frame each pixel of the tensor comes from, in every mode, crop and region', () => {
    fc.assert(
      fc.property(
        side(20, 120),
        side(20, 120),
        side(9, 70),
        side(9, 70),
        changes,
        regions,
        (w, h, iw, ih, chosen, at) => {
          const frame = ramp(w, h);
          const region: Box | undefined =
            at === undefined
              ? undefined
              : [at[0] * w - w / 4, at[1] * h - h / 4, (at[0] + at[2]) * w + 4, (at[1] + at[3]) * h + 4];
          const processor = preprocessor(iw, ih, chosen, 'float32', 'nhwc');
          const view: View = { frame, ...(region === undefined ? {} : { region }) };
          const found = numbersOf(processor, [view]);
          const [geometry] = processor.run([view]).geometries;
          if (geometry === undefined) throw new Error('no geometry');
          const { scale, offset, seen } = geometry;
          // Filters reach so far; what is nearer to an edge is mixed with it.
          const reach = 3 * Math.max(1, 1 / scale.x, 1 / scale.y);
          // Enlarged by a box filter a pixel is as wide as in the frame: half of it, times 2 levels. Pillow's takes whole pixels.
          const enlarged =
            chosen.interpolation === 'area' && (chosen.antialias === true || Math.max(scale.x, scale.y) > 1);
          // Whole grey levels are half a level off at most.
          const tolerance = (enlarged ? 1.01 : 0.3) + 0.5;
          const off: number[] = [];
          const within = (place: number, low: number, high: number) =>
            place > low + reach && place < high - reach;
          for (let y = 0; y < ih; y++) {
            for (let x = 0; x < iw; x++) {
              const [fx, fy] = [(x + 0.5 - offset.x) / scale.x, (y + 0.5 - offset.y) / scale.y];
              const inside =
                within(fx, Math.max(0, seen[0]), Math.min(w, seen[2])) &&
                within(fy, Math.max(0, seen[1]), Math.min(h, seen[3]));
              if (!inside) continue;
              const pixel = (y * iw + x) * 3;
              off.push((found[pixel] ?? NaN) - (fx - 0.5) * 2, (found[pixel + 1] ?? NaN) - (fy - 0.5) * 2);
            }
          }
          for (const difference of off) expect(Math.abs(difference)).toBeLessThan(tolerance);
          // A shift of the whole picture does not hide behind the rounding of its pixels: it moves their mean.
          const columns = off.filter((_, index) => index % 2 === 0);
          const rows = off.filter((_, index) => index % 2 === 1);
          for (const axis of [columns, rows].filter(({ length }) => length > 200 && !enlarged)) {
            const mean = axis.reduce((sum, difference) => sum + difference, 0) / axis.length;
            // Pillow rounds halves up, and a ramp that is enlarged can be halves alone.
            const isPillow = chosen.antialias === true || chosen.interpolation === 'lanczos';
            expect(Math.abs(mean)).toBeLessThan(isPillow ? 0.51 : 0.3);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('refuses a region without area', () => {
    const run = (region: Box) => (): unknown => preprocessor(8, 8).run([{ frame: ramp(20, 20), region }]);
    for (const region of [
      [0, 0, 0, 5],
      [5, 0, 2, 5],
      [0, NaN, 5, 5],
    ] as const) {
      expect(run(region)).toThrow(/has no area/);
    }
    expect(run([-50, -50, -20, -20])).not.toThrow();
  });
});

describe('types, layouts and batches', () => {
  it('hold the same numbers', () => {
    fc.assert(
      fc.property(
        side(5, 40),
        side(5, 40),
        side(6, 30),
        side(6, 30),
        changes,
        fc.integer(),
        (w, h, iw, ih, chosen, seed) => {
          const views: View[] = [
            { frame: noise(w, h, seed) },
            { frame: noise(h, w, seed + 1), region: [-2.5, 1.25, h - 1, w + 3] },
          ];
          const of = (
            type: 'float32' | 'float16' | 'uint8',
            order: 'nchw' | 'nhwc',
            batch: number | string,
          ) => numbersOf(preprocessor(iw, ih, chosen, type, order, batch), views);
          const floats = of('float32', 'nchw', 'n');
          const planes = floats.length / 2;
          const pixels = iw * ih;
          const interleaved = of('float32', 'nhwc', 2);
          const halves = of('float16', 'nchw', 2);
          const bytes = of('uint8', 'nhwc', 'n');
          floats.forEach((value, i) => {
            const [image, channel, pixel] = [
              Math.floor(i / planes),
              Math.floor((i % planes) / pixels),
              i % pixels,
            ];
            const moved = image * planes + pixel * 3 + channel;
            expect(interleaved[moved]).toBe(value);
            expect(Math.abs((halves[i] ?? NaN) - value)).toBeLessThanOrEqual(2 ** -4);
            expect(Math.abs((bytes[moved] ?? NaN) - value)).toBeLessThanOrEqual(0.5);
          });
          expect(bytes.every(Number.isInteger)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
