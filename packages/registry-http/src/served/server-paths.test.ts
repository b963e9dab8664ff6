import fc from 'fast-check';
import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { addressOf } from './server-paths.js';

const INDEX = new URL('https://models.example/care/index.json?v=1');
const MANIFEST = new URL('https://models.example/care/fall/1.0.0.json?v=1');

describe('the address of a file that a document names', () => {
  it.each([
    ['1.0.0.onnx', '/care/fall/1.0.0.onnx'],
    ['../weights/a b.onnx', '/care/weights/a%20b.onnx'],
    ['/care/x.onnx', '/care/x.onnx'],
  ])('%s', (path, expected) => {
    const { pathname, search, host } = addressOf(path, MANIFEST, INDEX, 'm');
    expect([pathname, search, host]).toEqual([expected, '?v=1', 'models.example']);
  });

  it.each([
    '../../x.onnx',
    '/x.onnx',
    '//other.example/care/x.onnx',
    'https://other.example/care/x.onnx',
    'http://models.example/care/x.onnx',
    'file:///care/x.onnx',
    '..%2f..%2fx.onnx',
    '%2e%2e/%2e%2e/x.onnx',
    'a\\..\\x.onnx',
    'x.onnx?y',
    'x.onnx#y',
    '%zz.onnx',
  ])('%s is refused', (path) => {
    expect(() => addressOf(path, MANIFEST, INDEX, 'm')).toThrow(/below the folder/);
  });

  it('is below the folder of the index or refused, whatever a document says', () => {
    const parts = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '/',
      'a',
      '\\',
      'care',
      'https:',
      '@',
      '?',
      '%00',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((all) => all.join('')),
          fc.webUrl(),
        ),
        (path) => {
          try {
            const { origin, pathname } = addressOf(path, MANIFEST, INDEX, 'm');
            expect(origin).toBe(INDEX.origin);
            expect(decodeURIComponent(pathname).startsWith('/care/')).toBe(true);
            expect(decodeURIComponent(pathname).split('/')).not.toContain('..');
          } catch (error) {
            expect(isCareError(error, 'PATH_FORBIDDEN')).toBe(true);
          }
        },
      ),
    );
  });
});
