import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.js';
import type { RawFrame } from './image-source.js';
import { packedRgb } from './raw-frame.js';

const frame = (change: Partial<RawFrame> = {}): RawFrame => ({
  data: new Uint8Array(4 * 3 * 3),
  width: 4,
  height: 3,
  format: 'rgb',
  ...change,
});

describe('a raw source', () => {
  it('is returned as it is, without a copy', async () => {
    const raw = frame();
    expect(await decodeImage({ kind: 'raw', frame: raw })).toBe(raw);
  });

  it('may have padded rows, of which the last need not be whole', async () => {
    const raw = frame({ stride: 16, data: new Uint8Array(16 * 2 + 12) });
    expect(await decodeImage({ kind: 'raw', frame: raw })).toBe(raw);
  });

  it.each([
    ['too little data', frame({ data: new Uint8Array(35) })],
    ['a stride below a row', frame({ stride: 11 })],
    ['a stride that wants more data', frame({ stride: 13 })],
    ['a fractional stride', frame({ stride: 12.5 })],
    ['no width', frame({ width: 0 })],
    ['a negative height', frame({ height: -3 })],
    ['a width that is no number', frame({ width: NaN })],
    ['four channels in room for three', frame({ format: 'rgba' })],
  ])('with %s is INPUT_INVALID', async (_, raw) => {
    const error: unknown = await decodeImage({ kind: 'raw', frame: raw }).catch((e: unknown) => e);
    expect(isCareError(error, 'INPUT_INVALID')).toBe(true);
  });

  it('keeps the pixel limit', async () => {
    const error: unknown = await decodeImage({ kind: 'raw', frame: frame() }, { maxPixels: 11 }).catch(
      (e: unknown) => e,
    );
    expect(isCareError(error, 'IMAGE_TOO_LARGE')).toBe(true);
  });
});

describe('packing to RGB', () => {
  it('reorders, drops alpha and padding', () => {
    const data = Uint8Array.from([3, 2, 1, 255, 6, 5, 4, 0, 99, 9, 8, 7, 1, 12, 11, 10, 1]);
    const packed = packedRgb({ data, width: 2, height: 2, format: 'bgra', stride: 9 });
    expect([...packed]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('repeats grey', () => {
    expect([...packedRgb({ data: Uint8Array.of(5, 9), width: 2, height: 1, format: 'gray' })]).toEqual([
      5, 5, 5, 9, 9, 9,
    ]);
  });
});
