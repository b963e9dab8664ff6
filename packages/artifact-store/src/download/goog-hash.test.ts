import fc from 'fast-check';
import { expect, it } from 'vitest';
import { googMd5 } from './goog-hash.js';

it.each([
  // The example of Google's documentation of the header.
  ['crc32c=n03x6A==', undefined],
  ['crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ==', '3a393d7377617f182829554763015b1d'],
  ['md5=Ojk9c3dhfxgoKVVHYwFbHQ==, crc32c=n03x6A==', '3a393d7377617f182829554763015b1d'],
  ['md5=short==', undefined],
  ['', undefined],
  [null, undefined],
])('%s', (value, md5) => expect(googMd5(value)).toBe(md5));

it('gives back every md5, and 16 bytes or nothing for any text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const md5 = Buffer.from(bytes);
      expect(googMd5(`crc32c=AAAAAA==,md5=${md5.toString('base64')}`)).toBe(md5.toString('hex'));
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => /^[0-9a-f]{32}$/.test(googMd5(`md5=${text}`) ?? '0'.repeat(32))),
  );
});
