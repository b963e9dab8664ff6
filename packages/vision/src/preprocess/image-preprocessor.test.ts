import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PixelFormat, RawFrame } from '../image/image-source.js';
import { floatSpec, modelPackage } from '../model-package.fixture.js';
import { inputLayout } from './input-layout.js';
import { numbers, preprocessor, RAW } from './preprocessor.fixture.js';

describe('pixel formats', () => {
  const encode = (rgb: readonly number[], format: PixelFormat): number[] => {
    const [r = 0, g = 0, b = 0] = rgb;
    return { rgb: [r, g, b], bgr: [b, g, r], rgba: [r, g, b, 7], bgra: [b, g, r, 7], gray: [r] }[format];
  };

  it('gives the same tensor whatever the memory layout', () => {
    const formats = fc.constantFrom<PixelFormat>('rgb', 'bgr', 'rgba', 'bgra');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        formats,
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('bilinear' as const, 'area' as const),
        (width, height, format, slack, interpolation) => {
          const color = (x: number, y: number): number[] => [
            (x * 37 + y * 11) % 256,
            (x * 5 + y * 53) % 256,
            (x * y) % 256,
          ];
          const build = (target: PixelFormat, padding: number): RawFrame => {
            const rows: number[] = [];
            for (let y = 0; y < height; y++) {
              for (let x = 0; x < width; x++) rows.push(...encode(color(x, y), target));
              for (let p = 0; p < padding; p++) rows.push(99);
            }
            const channels = encode([0, 0, 0], target).length;
            return {
              data: Uint8Array.from(rows),
              width,
              height,
              format: target,
              stride: width * channels + padding,
            };
          };
          const plain = numbers(preprocessor(24, 32, { interpolation }), build('rgb', 0));
          expect(numbers(preprocessor(24, 32, { interpolation }), build(format, slack))).toEqual(plain);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('halves both sides to the mean of four pixels, rounded half up, as OpenCV does in 8 bits', () => {
    // (a + b + c + d + 2) >> 2: OpenCV's resize for a factor of two (ResizeAreaFast, which INTER_LINEAR is then as well).
    fc.assert(
      fc.property(
        // From 4: a side of 1 or 3 would be taken for the channels.
        fc.integer({ min: 4, max: 12 }),
        fc.integer({ min: 4, max: 12 }),
        fc.constantFrom<PixelFormat>('rgb', 'bgra'),
        fc.constantFrom('nchw' as const, 'nhwc' as const),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        (width, height, format, order, bytes) => {
          const channels = format === 'rgb' ? 3 : 4;
          const length = 4 * width * height * channels;
          const data = Uint8Array.from(bytes.take(length));
          const whole: RawFrame = { data, width: 2 * width, height: 2 * height, format };
          const at = (x: number, y: number, c: number): number => {
            const byte = format === 'rgb' ? c : 2 - c;
            return data[(y * 2 * width + x) * channels + byte] ?? NaN;
          };
          const given = numbers(
            preprocessor(width, height, { ...RAW, resize: 'stretch' }, 'float32', order),
            whole,
          );
          const expected = new Array<number>(3 * width * height);
          for (let c = 0; c < 3; c++)
            for (let y = 0; y < height; y++)
              for (let x = 0; x < width; x++) {
                const [u, v] = [2 * x, 2 * y];
                const sum = at(u, v, c) + at(u + 1, v, c) + at(u, v + 1, c) + at(u + 1, v + 1, c);
                const place = order === 'nchw' ? (c * height + y) * width + x : (y * width + x) * 3 + c;
                expected[place] = (sum + 2) >> 2;
              }
          expect(given).toEqual(expected);
        },
      ),
    );
  });

  const frame: RawFrame = {
    data: Uint8Array.of(10, 20, 30, 200, 100, 50),
    width: 2,
    height: 1,
    format: 'rgb',
  };

  it('orders channels and layouts', () => {
    expect(numbers(preprocessor(2, 1, RAW), frame)).toEqual([10, 200, 20, 100, 30, 50]);
    expect(numbers(preprocessor(2, 1, { ...RAW, color: 'bgr' }), frame)).toEqual([30, 50, 20, 100, 10, 200]);
    expect(numbers(preprocessor(2, 1, RAW, 'float32', 'nhwc'), frame)).toEqual([10, 20, 30, 200, 100, 50]);
    expect(numbers(preprocessor(2, 1, { ...RAW, color: 'bgr' }, 'uint8', 'nhwc'), frame)).toEqual([
      30, 20, 10, 50, 100, 200,
    ]);
  });

  it('makes grey by BT.601', () => {
    // 0.299 R + 0.587 G + 0.114 B
    const [first = 0, second = 0] = numbers(
      preprocessor(2, 1, { ...RAW, color: 'gray', mean: [0], std: [1] }),
      frame,
    );
    // 18.15 and 124.2: OpenCV's grey levels are whole
    expect(first).toBe(18);
    expect(second).toBe(124);
  });

  it('reads grey frames into three channels', () => {
    const gray: RawFrame = { data: Uint8Array.of(7, 8), width: 2, height: 1, format: 'gray' };
    expect(numbers(preprocessor(2, 1, RAW), gray)).toEqual([7, 8, 7, 8, 7, 8]);
  });
});

describe('normalising', () => {
  const frame: RawFrame = { data: Uint8Array.of(0, 128, 255), width: 1, height: 1, format: 'rgb' };

  it('is (pixel * scale - mean) / std, in the order of the model', () => {
    const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    // torchvision's Normalize by hand: (0 - .485) / .229, (128/255 - .456) / .224, (1 - .406) / .225
    const wanted = [-2.1179, 0.2052, 2.64];
    numbers(preprocessor(1, 1, imagenet), frame).forEach((value, i) =>
      expect(value).toBeCloseTo(wanted[i] ?? NaN, 3),
    );
    const bgr = numbers(
      preprocessor(1, 1, { color: 'bgr', scale: 1, mean: [100, 110, 120], std: [1, 2, 4] }),
      frame,
    );
    expect(bgr).toEqual([155, 9, -30]);
  });

  it('stores half and 8-bit numbers', () => {
    expect(numbers(preprocessor(1, 1, {}, 'float16'), frame)).toEqual([0, 0.501953125, 1]);
    expect(numbers(preprocessor(1, 1, RAW, 'uint8'), frame)).toEqual([0, 128, 255]);
  });

  it.each([{ mean: [0, 0] }, { std: [0, 0, 0] }, { mean: [NaN, 0, 0] }, { scale: Infinity }])(
    'refuses %j',
    (changes) => {
      let error: unknown;
      try {
        preprocessor(2, 2, changes);
      } catch (caught) {
        error = caught;
      }
      expect(isCareError(error, 'MODEL_INCOMPATIBLE')).toBe(true);
    },
  );
});

describe('padding', () => {
  const flat = (width: number, height: number, value: number): RawFrame => ({
    data: new Uint8Array(width * height * 3).fill(value),
    width,
    height,
    format: 'rgb',
  });

  it('is filled anew when the picture changes shape, and the tensor is reused', () => {
    const processor = preprocessor(4, 4, { ...RAW, padValue: 9 });
    const plane = (frame: RawFrame): number[] => numbers(processor, frame).slice(0, 16);
    expect(plane(flat(8, 4, 200))).toEqual([9, 9, 9, 9, 200, 200, 200, 200, 200, 200, 200, 200, 9, 9, 9, 9]);
    expect(plane(flat(4, 8, 100))).toEqual([9, 100, 100, 9, 9, 100, 100, 9, 9, 100, 100, 9, 9, 100, 100, 9]);
    expect(plane(flat(8, 4, 50))).toEqual([9, 9, 9, 9, 50, 50, 50, 50, 50, 50, 50, 50, 9, 9, 9, 9]);
    expect(processor.run([{ frame: flat(8, 4, 1) }]).tensor).toBe(
      processor.run([{ frame: flat(4, 8, 1) }]).tensor,
    );
  });

  it('is normalised like the pixels', () => {
    const processor = preprocessor(2, 2, {
      resize: 'fit-within',
      padPosition: 'top-left',
      padValue: 51,
      scale: 1 / 255,
      mean: [0.1],
      std: [0.5],
    });
    const [pixel = 0, right = 0] = numbers(processor, flat(1, 1, 255));
    expect(pixel).toBeCloseTo(1.8, 6);
    expect(right).toBeCloseTo(0.2, 6);
  });

  it('cuts the middle out with center-crop', () => {
    const data = Uint8Array.from(Array.from({ length: 6 }, (_, x) => [x * 10, x * 10, x * 10]).flat());
    const rows = Uint8Array.from([...data, ...data]);
    const processor = preprocessor(2, 2, { ...RAW, resize: 'center-crop' });
    expect(numbers(processor, { data: rows, width: 6, height: 2, format: 'rgb' }).slice(0, 4)).toEqual([
      20, 30, 20, 30,
    ]);
  });
});

describe('padding', () => {
  it('is a grey level before mean and std, or nothing at all after them', () => {
    const changes = {
      resize: 'letterbox',
      padPosition: 'top-left',
      color: 'gray',
      scale: 1,
      mean: [3],
      std: [2],
    } as const;
    const frame: RawFrame = { data: Uint8Array.of(7, 7), width: 2, height: 1, format: 'gray' };
    expect(numbers(preprocessor(2, 2, { ...changes, padValue: 5 }), frame)).toEqual([2, 2, 1, 1]);
    expect(numbers(preprocessor(2, 2, { ...changes, padMode: 'zero' }), frame)).toEqual([2, 2, 0, 0]);
  });
});

describe('input layout', () => {
  const model = modelPackage({ inputSize: { width: 64, height: 48 } });
  const code = (...inputs: Parameters<typeof inputLayout>[1]): unknown => {
    try {
      return inputLayout(model, inputs).order;
    } catch (error) {
      return isCareError(error) ? error.code : error;
    }
  };

  it('is told from shapes, also open ones', () => {
    expect(code(floatSpec('x', 1, 3, 48, 64))).toBe('nchw');
    expect(code(floatSpec('x', 1, 48, 64, 3))).toBe('nhwc');
    expect(code(floatSpec('x', 'batch', 3, 'height', 'width'))).toBe('nchw');
    expect(code(floatSpec('x', -1, -1, -1, 3))).toBe('nhwc');
    expect(code(floatSpec('x', 1, 3, 48, 64), floatSpec('sizes', 1, 2))).toBe('nchw');
  });

  it('disagreeing with the package is MODEL_INCOMPATIBLE', () => {
    expect(code(floatSpec('x', 1, 3, 64, 48))).toBe('MODEL_INCOMPATIBLE');
    expect(code(floatSpec('x', 0, 3, 48, 64))).toBe('MODEL_INCOMPATIBLE');
    expect(code(floatSpec('x', 1, 1, 48, 64))).toBe('MODEL_INCOMPATIBLE');
    expect(code({ name: 'x', type: 'int64', shape: [1, 3, 48, 64] })).toBe('MODEL_INCOMPATIBLE');
    expect(code(floatSpec('x', 1, 10))).toBe('MODEL_INCOMPATIBLE');
    expect(code(floatSpec('x', 1, 3, 48, 64), floatSpec('y', 1, 3, 48, 64))).toBe('MODEL_INCOMPATIBLE');
  });
});
