import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCareError } from '@care/registry-core';
import type { CareErrorCode } from '@care/registry-core';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.js';
import {
  encodedQuarters,
  pixels,
  pngHeader,
  QUARTERS,
  quarterColor,
  quarters,
} from './encoded-pictures.fixture.js';
import type { ImageLimits, ImageSource, RawFrame } from './image-source.js';

const encoded = (bytes: Uint8Array): ImageSource => ({ kind: 'encoded', bytes });

function pixelAt(frame: RawFrame, x: number, y: number): number[] {
  return [...frame.data.subarray((y * frame.width + x) * 3, (y * frame.width + x) * 3 + 3)];
}

/** Compares the middles of the quarters, within `tolerance` grey levels. */
function expectQuarters(frame: RawFrame, tolerance: number): void {
  const { width, height } = QUARTERS;
  expect([frame.width, frame.height, frame.format]).toEqual([width, height, 'rgb']);
  expect(frame.data).toHaveLength(width * height * 3);
  for (const x of [width / 4, (width * 3) / 4]) {
    for (const y of [height / 4, (height * 3) / 4]) {
      const wanted = quarterColor(x, y);
      pixelAt(frame, x, y).forEach((value, c) =>
        expect(Math.abs(value - (wanted[c] ?? 0))).toBeLessThanOrEqual(tolerance),
      );
    }
  }
}

async function failure(
  source: ImageSource,
  limits?: Partial<ImageLimits>,
): Promise<{ code: CareErrorCode; message: string }> {
  try {
    await decodeImage(source, limits);
  } catch (error) {
    if (isCareError(error)) return error;
    throw error;
  }
  throw new Error('decoded what it should have refused');
}

let formats: Record<string, Uint8Array> = {};
let folder = '';
beforeAll(async () => {
  formats = await encodedQuarters();
  folder = await mkdtemp(join(tmpdir(), 'care-vision-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('formats', () => {
  it('decodes JPEG, PNG, WebP, AVIF, GIF and TIFF', async () => {
    for (const bytes of Object.values(formats)) expectQuarters(await decodeImage(encoded(bytes)), 12);
  });

  it('reads a path and gives the same pixels as from bytes', async () => {
    const path = join(folder, 'a picture.dat');
    await writeFile(path, formats.png ?? '');
    expect(await decodeImage({ kind: 'path', path })).toEqual(
      await decodeImage(encoded(formats.png ?? new Uint8Array())),
    );
  });

  it('takes the first frame of an animation', async () => {
    const frames = pixels(8, 16, (_, y) => (y < 8 ? [200, 10, 10] : [10, 10, 200]));
    const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif()
      .toBuffer();
    const frame = await decodeImage(encoded(gif));
    expect([frame.width, frame.height, ...pixelAt(frame, 4, 4)]).toEqual([8, 8, 200, 10, 10]);
  });
});

describe('EXIF orientation', () => {
  // TIFF 6 / EXIF: which visual side the stored row 0 and column 0 lie on.
  const sides: readonly (readonly [row0: string, column0: string])[] = [
    ['top', 'left'],
    ['top', 'right'],
    ['bottom', 'right'],
    ['bottom', 'left'],
    ['left', 'top'],
    ['right', 'top'],
    ['right', 'bottom'],
    ['left', 'bottom'],
  ];

  it.each(sides.map(([row0, column0], index) => [index + 1, row0, column0] as const))(
    'turns orientation %i (row 0 %s, column 0 %s) upright',
    async (orientation, row0, column0) => {
      const { width, height } = QUARTERS;
      const turned = row0 === 'left' || row0 === 'right';
      const [storedWidth, storedHeight] = turned ? [height, width] : [width, height];
      const along = (side: string, index: number): [axis: 'x' | 'y', position: number] => {
        if (side === 'left') return ['x', index];
        if (side === 'right') return ['x', width - 1 - index];
        return ['y', side === 'top' ? index : height - 1 - index];
      };
      const stored = pixels(storedWidth, storedHeight, (column, row) => {
        const visual = Object.fromEntries([along(row0, row), along(column0, column)]);
        return quarterColor(visual.x ?? 0, visual.y ?? 0);
      });
      const jpeg = await sharp(stored, { raw: { width: storedWidth, height: storedHeight, channels: 3 } })
        .withMetadata({ orientation })
        .jpeg({ quality: 95 })
        .toBuffer();
      expectQuarters(await decodeImage(encoded(jpeg)), 12);
    },
  );
});

describe('colour', () => {
  it('makes grey RGB', async () => {
    const gray = await sharp(new Uint8Array(64).fill(77), { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect(pixelAt(await decodeImage(encoded(gray)), 3, 3)).toEqual([77, 77, 77]);
  });

  it('drops alpha and keeps the stored colour, as OpenCV does', async () => {
    const rgba = pixels(8, 8, (x) => [200, 100, 50, x < 4 ? 0 : 128]);
    const png = await sharp(rgba, { raw: { width: 8, height: 8, channels: 4 } })
      .png()
      .toBuffer();
    const frame = await decodeImage(encoded(png));
    expect(pixelAt(frame, 1, 1)).toEqual([200, 100, 50]);
    expect(pixelAt(frame, 6, 1)).toEqual([200, 100, 50]);
  });

  it('makes 8 of 16 bits', async () => {
    const deep = new Uint16Array(8 * 8 * 3).map((_, i) => [0x1234, 0xabcd, 0xff00][i % 3] ?? 0);
    const png = await sharp(deep, { raw: { width: 8, height: 8, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect(pixelAt(await decodeImage(encoded(png)), 2, 2)).toEqual([0x12, 0xab, 0xff]);
  });

  it('makes sRGB of CMYK', async () => {
    const cmyk = await quarters().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    // Printing inks cannot hold these colours exactly.
    expectQuarters(await decodeImage(encoded(cmyk)), 70);
  });

  it('makes sRGB of an embedded Display P3 profile', async () => {
    const png = await sharp(
      pixels(8, 8, () => [250, 10, 10]),
      { raw: { width: 8, height: 8, channels: 3 } },
    )
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    // The stored numbers differ, or the test would prove nothing.
    expect(stored[1]).toBeGreaterThan(35);
    const [r = 0, g = 0, b = 0] = pixelAt(await decodeImage(encoded(png)), 4, 4);
    expect(Math.abs(r - 250) + Math.abs(g - 10) + Math.abs(b - 10)).toBeLessThan(12);
  });
});

describe('refusals', () => {
  it('tells what a file that is no picture looks like, whatever its name', async () => {
    const path = join(folder, 'notes.jpg');
    await writeFile(path, 'these are only notes, not a photo\n');
    const error = await failure({ kind: 'path', path });
    expect(error.code).toBe('IMAGE_INVALID');
    expect(error.message).toContain('notes.jpg');
    expect(error.message).toContain('looks like text');
  });

  it.each([
    ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'SVG'],
    ['%PDF-1.7\n\xff\xff\0', 'PDF'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'HEIC'],
    ['BM\x10\0\0\0', 'BMP'],
    ['RIFF\0\0\0\0AVI LIST', 'RIFF'],
    ['push graphic-context\nviewbox 0 0 1 1\n', 'text'],
    ['', 'empty'],
  ])('refuses %j', async (content, name) => {
    const error = await failure(encoded(Buffer.from(content, 'latin1')));
    expect(error.code).toBe('IMAGE_INVALID');
    expect(error.message).toContain(name);
  });

  it('refuses 60 000 x 60 000 pixels by the header', async () => {
    const error = await failure(encoded(pngHeader(60_000, 60_000)));
    expect(error.code).toBe('IMAGE_TOO_LARGE');
    expect(error.message).toContain('60000 x 60000');
  });

  it('keeps the stated limits', async () => {
    const png = formats.png ?? new Uint8Array();
    expect((await failure(encoded(png), { maxPixels: 64 * 48 - 1 })).code).toBe('IMAGE_TOO_LARGE');
    expect((await decodeImage(encoded(png), { maxPixels: 64 * 48 })).width).toBe(64);
    expect((await failure(encoded(png), { maxBytes: png.length - 1 })).code).toBe('IMAGE_TOO_LARGE');
    const path = join(folder, 'limited.png');
    await writeFile(path, png);
    expect((await failure({ kind: 'path', path }, { maxBytes: png.length - 1 })).code).toBe(
      'IMAGE_TOO_LARGE',
    );
    expect((await failure(encoded(png), { maxPixels: 0 })).code).toBe('OPTIONS_INVALID');
  });

  it('refuses every format cut short', async () => {
    for (const [name, bytes] of Object.entries(formats)) {
      for (const part of [0.3, 0.6, 0.9]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect((await failure(encoded(cut))).code, `${name} cut at ${part}`).toBe('IMAGE_INVALID');
      }
    }
  });

  it('names an absent path, a folder and an empty file', async () => {
    const absent = await failure({ kind: 'path', path: join(folder, 'absent.jpg') });
    expect(absent.code).toBe('INPUT_INVALID');
    expect(absent.message).toMatch(/absent\.jpg does not exist/);
    await mkdir(join(folder, 'folder.jpg'));
    expect((await failure({ kind: 'path', path: join(folder, 'folder.jpg') })).message).toContain(
      'is not a file',
    );
    await writeFile(join(folder, 'empty.jpg'), '');
    const empty = await failure({ kind: 'path', path: join(folder, 'empty.jpg') });
    expect([empty.code, /empty\.jpg .*it is empty/.test(empty.message)]).toEqual(['IMAGE_INVALID', true]);
  });
});

describe('hostile bytes', () => {
  const onlyCareErrors = async (bytes: Uint8Array): Promise<void> => {
    try {
      const frame = await decodeImage(encoded(bytes), { maxPixels: 100_000 });
      expect(frame.data).toHaveLength(frame.width * frame.height * 3);
    } catch (error) {
      expect(isCareError(error, 'IMAGE_INVALID', 'IMAGE_TOO_LARGE')).toBe(true);
    }
  };

  it('gives typed errors for random bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), onlyCareErrors), { numRuns: 200 });
  });

  it('gives typed errors or a whole frame for damaged pictures', async () => {
    const names = Object.keys(formats);
    const damage = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), damage, async (name, changes) => {
        const bytes = Uint8Array.from(formats[name] ?? []);
        for (const [place, value] of changes) bytes[Math.floor(place * bytes.length)] = value;
        await onlyCareErrors(bytes);
      }),
      { numRuns: 250 },
    );
  });
});
