import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { imageSourceFrom } from './image-source-from.js';
import type { ImageInput } from './image-source-from.js';

const fails = (input: ImageInput, limits?: { maxBytes: number }): Promise<unknown> =>
  imageSourceFrom(input, limits).catch((error: unknown) => error);

describe('imageSourceFrom', () => {
  it('makes paths absolute and takes file URLs, as object and as text', async () => {
    const path = resolve('photos', 'ä b.jpg');
    const wanted = { kind: 'path', path };
    expect(await imageSourceFrom('photos/ä b.jpg')).toEqual(wanted);
    expect(await imageSourceFrom(pathToFileURL(path))).toEqual(wanted);
    expect(await imageSourceFrom(pathToFileURL(path).href)).toEqual(wanted);
  });

  it('takes a colon in a name for what it is', async () => {
    expect(await imageSourceFrom('cam:1.jpg')).toEqual({ kind: 'path', path: resolve('cam:1.jpg') });
    expect(await imageSourceFrom('C:\\photos\\a.jpg')).toEqual({
      kind: 'path',
      path: resolve('C:\\photos\\a.jpg'),
    });
  });

  it('passes bytes on and collects blobs and streams', async () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5);
    expect(await imageSourceFrom(bytes)).toEqual({ kind: 'encoded', bytes });
    const collected = { kind: 'encoded', bytes: Buffer.from(bytes) };
    expect(await imageSourceFrom(Readable.from([bytes.subarray(0, 2), bytes.subarray(2)]))).toEqual(
      collected,
    );
    const blob = await imageSourceFrom(new Blob([bytes]));
    expect(blob.kind === 'encoded' && [...blob.bytes]).toEqual([1, 2, 3, 4, 5]);
  });

  it('checks raw frames and keeps their memory', async () => {
    const frame = { data: new Uint8Array(12), width: 2, height: 2, format: 'rgb' } as const;
    const source = await imageSourceFrom(frame);
    expect(source.kind === 'raw' && source.frame.data).toBe(frame.data);
    expect(isCareError(await fails({ ...frame, width: 3 }), 'INPUT_INVALID')).toBe(true);
  });

  it('stops a stream at the byte limit without reading on', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1;
        yield await Promise.resolve(new Uint8Array(1000));
      }
    }
    expect(isCareError(await fails(endless(), { maxBytes: 5000 }), 'IMAGE_TOO_LARGE')).toBe(true);
    expect(given).toBe(6);
    expect(isCareError(await fails(new Uint8Array(5001), { maxBytes: 5000 }), 'IMAGE_TOO_LARGE')).toBe(true);
    expect(isCareError(await fails(new Blob(['123456']), { maxBytes: 5 }), 'IMAGE_TOO_LARGE')).toBe(true);
  });

  it.each([
    'https://example.org/a.jpg',
    'HTTP://10.0.0.1/a.jpg',
    'ftp://x/a.jpg',
    'data:image/png;base64,AA==',
  ])('never fetches %s', async (url) => {
    expect(isCareError(await fails(url), 'UNSUPPORTED')).toBe(true);
    expect(isCareError(await fails(new URL(url)), 'UNSUPPORTED')).toBe(true);
  });

  it.each(['', '  ', 'a\0b.jpg', 'file://%zz'])('refuses the path %j', async (path) => {
    expect(isCareError(await fails(path), 'INPUT_INVALID')).toBe(true);
  });
});
