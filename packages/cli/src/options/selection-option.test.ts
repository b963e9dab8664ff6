import fc from 'fast-check';
import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { selections } from './selection-option.js';

describe('a selection on the command line', () => {
  it('names fields with their values, and is added to those before', () => {
    const one = selections('backend=ort');
    expect(selections(' device=cuda , precision=fp16', one)).toEqual([
      { backend: 'ort' },
      { device: 'cuda', precision: 'fp16' },
    ]);
    expect(selections('variant=a=b')).toEqual([{ variant: 'a=b' }]);
  });

  it.each(['', 'ort', '=ort', 'engine=ort', 'backend=', 'backend=ort,'])('%j is refused', (text) => {
    expect(() => selections(text)).toThrow(/selects nothing/);
  });

  it('is read or refused with a code, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(selections(text)).toHaveLength(1);
        } catch (error) {
          expect(isCareError(error, 'OPTIONS_INVALID')).toBe(true);
        }
      }),
    );
  });
});
