import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseContentRange } from './content-range.js';

it.each([
  // Examples of RFC 9110, 14.4.
  ['bytes 42-1233/1234', { range: { first: 42, last: 1233 }, total: 1234 }],
  ['bytes 42-1233/*', { range: { first: 42, last: 1233 } }],
  ['bytes */1234', { total: 1234 }],
  ['BYTES 0-0/1', { range: { first: 0, last: 0 }, total: 1 }],
  ['bytes 5-4/10', undefined],
  ['bytes 0-10/10', undefined],
  ['bytes */*', undefined],
  ['items 0-1/2', undefined],
  ['bytes 0-1', undefined],
  ['bytes -5/10', undefined],
  ['bytes 0-9007199254740993/9007199254740994', undefined],
  ['', undefined],
])('%s', (value, expected) => expect(parseContentRange(value)).toEqual(expected));

it('reads what a server writes, and gives nothing impossible for any text', () => {
  const part = fc
    .tuple(fc.nat(), fc.nat(), fc.nat())
    .map(([a, b, c]) => ({ first: a, last: a + b, total: a + b + 1 + c }));
  fc.assert(
    fc.property(part, ({ first, last, total }) => {
      expect(parseContentRange(`bytes ${first}-${last}/${total}`)).toEqual({ range: { first, last }, total });
    }),
  );
  const near = fc.stringMatching(/^ ?bytes ?[0-9*-]{0,20}\/?[0-9*]{0,20}$/);
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
      const found = parseContentRange(text);
      if (found?.range === undefined) return true;
      return (
        found.range.first <= found.range.last && found.range.last < (found.total ?? Number.POSITIVE_INFINITY)
      );
    }),
  );
});
