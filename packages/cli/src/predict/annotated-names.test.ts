import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotatedNames } from './annotated-names.js';

const cwd = resolve('/somewhere');
const out = join(cwd, 'out');
const names = (...images: string[]): string[] =>
  [...annotatedNames(images, out, cwd).values()].map((path) => path.slice(out.length + 1));

describe('annotatedNames', () => {
  it('keeps the name of a picture', () => {
    expect(names('a/photo.jpg', 'b/other.PNG')).toEqual(['photo.jpg', 'other.PNG']);
  });

  it('writes PNG for types that are not written', () => {
    expect(names('a.gif', 'b.tiff', 'scan')).toEqual(['a.gif.png', 'b.tiff.png', 'scan.png']);
  });

  it('numbers pictures that share a name, case ignored', () => {
    expect(names('a/x.jpg', 'b/x.jpg', 'c/X.JPG', 'x-2.jpg')).toEqual([
      'x.jpg',
      'x-2.jpg',
      'X-3.JPG',
      'x-2-2.jpg',
    ]);
  });

  it('never overwrites an input', () => {
    expect(names('out/x.jpg', 'out/x.annotated.jpg')).toEqual(['x-2.jpg', 'x.annotated.annotated.jpg']);
    expect(names('out/x.jpg')).toEqual(['x.annotated.jpg']);
  });

  it('gives every input a name of its own that is no input', () => {
    const part = fc.constantFrom('x', 'X', 'x-2', 'x.annotated', 'y');
    const image = fc.tuple(
      fc.constantFrom('out', 'a', 'b'),
      part,
      fc.constantFrom('.jpg', '.gif', '.gif.png', ''),
    );
    fc.assert(
      fc.property(fc.uniqueArray(image, { selector: (parts) => parts.join('/') }), (parts) => {
        const images = parts.map(([folder, stem, extension]) => `${folder}/${stem}${extension}`);
        const chosen = [...annotatedNames(images, out, cwd).values()].map((path) => path.toLowerCase());
        expect(new Set(chosen).size).toBe(images.length);
        const inputs = new Set(images.map((path) => resolve(cwd, path).toLowerCase()));
        expect(chosen.filter((path) => inputs.has(path))).toEqual([]);
      }),
    );
  });
});
