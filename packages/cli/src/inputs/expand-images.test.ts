import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isCareError } from '@care/registry-core';
import { afterAll, describe, expect, it } from 'vitest';
import { expandImages } from './expand-images.js';

const cwd = mkdtempSync(join(tmpdir(), 'care-expand-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const FILES = [
  'photos/frame10.jpg',
  'photos/frame2.JPG',
  'photos/frame1.png',
  'photos/notes.txt',
  'photos/deep/er/a.webp',
  'photos/out/annotated.jpg',
  'odd/a[1].jpg',
  'odd/a1.jpg',
  'odd/without-extension',
  'texts/only.txt',
];
for (const file of FILES) {
  mkdirSync(dirname(join(cwd, file)), { recursive: true });
  writeFileSync(join(cwd, file), '');
}
const slashes = (paths: readonly string[]): string[] => paths.map((path) => path.replaceAll('\\', '/'));
const expand = async (...inputs: string[]): Promise<string[]> => slashes(await expandImages(inputs, { cwd }));

describe('expandImages', () => {
  it('takes the pictures of a folder in natural order, not those below it', async () => {
    expect(await expand('photos')).toEqual(['photos/frame1.png', 'photos/frame2.JPG', 'photos/frame10.jpg']);
  });

  it('goes deeper when asked, but never into the excluded folder', async () => {
    const found = await expandImages(['photos'], { cwd, recursive: true, exclude: 'photos/out' });
    expect(slashes(found)).toEqual([
      'photos/deep/er/a.webp',
      'photos/frame1.png',
      'photos/frame2.JPG',
      'photos/frame10.jpg',
    ]);
  });

  it('takes a folder that annotated pictures go to, without those', async () => {
    for (const name of [
      'a.jpg',
      'a.annotated.jpg',
      'b.webp',
      'b.webp.png',
      'a.annotated-2.jpg',
      'below/c.jpg',
    ]) {
      mkdirSync(dirname(join(cwd, 'both', name)), { recursive: true });
      writeFileSync(join(cwd, 'both', name), '');
    }
    const saved = async (input: string, exclude: string): Promise<string[]> =>
      slashes(await expandImages([input], { cwd, exclude }));
    expect(await saved('both', 'both')).toEqual(['both/a.jpg', 'both/b.webp']);
    expect(await saved('both/*.jpg', './both/')).toEqual(['both/a.jpg']);
    expect(await saved('both/below', 'both')).toEqual(['both/below/c.jpg']);
    await expect(saved('both/*/*.jpg', 'both/below')).rejects.toThrow(/none of them a picture/);
  });

  it('expands globs itself, in natural order, to pictures alone', async () => {
    expect(await expand('photos/*')).toEqual([
      'photos/frame1.png',
      'photos/frame2.JPG',
      'photos/frame10.jpg',
    ]);
    expect(await expand('photos/**/*.{webp,png}')).toEqual(['photos/deep/er/a.webp', 'photos/frame1.png']);
  });

  it('takes a file for itself even when its name reads as a glob', async () => {
    expect(await expand('odd/a[1].jpg')).toEqual(['odd/a[1].jpg']);
  });

  it('takes a named file whatever its extension, and everything once, as first named', async () => {
    expect(await expand('odd/without-extension', './photos/frame2.JPG', 'photos')).toEqual([
      'odd/without-extension',
      './photos/frame2.JPG',
      'photos/frame1.png',
      'photos/frame10.jpg',
    ]);
  });

  it.skipIf(process.platform === 'win32')('follows links to files, not to folders', async () => {
    mkdirSync(join(cwd, 'linked'));
    symlinkSync('../photos/frame1.png', join(cwd, 'linked/one.png'));
    symlinkSync('../linked', join(cwd, 'linked/round'));
    const found = await expandImages(['linked'], { cwd, recursive: true });
    expect(slashes(found)).toEqual(['linked/one.png']);
  });

  it.each([
    ['absent.jpg', /does not exist/],
    ['texts', /holds no picture/],
    ['absent/*.jpg', /matches no file/],
    ['texts/*', /matches 1 file\(s\), none of them a picture/],
    ['https://example.org/a.jpg', /is an address/],
  ])('refuses %s as used wrongly', async (input, message) => {
    const failure = await expand('photos', input).catch((error: unknown) => error);
    expect(isCareError(failure, 'OPTIONS_INVALID')).toBe(true);
    expect(failure).toMatchObject({ message: expect.stringMatching(message) as string });
  });
});
