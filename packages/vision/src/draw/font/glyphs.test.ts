import { describe, expect, it } from 'vitest';
import { glyphsOf, textWidth } from './glyphs.js';

describe('glyphs', () => {
  it('cover ASCII, Latin-1 and Latin Extended-A', () => {
    const missing = glyphsOf('\u{1F600}')[0]?.path;
    const codes = [...Array(0x7f - 0x21).keys()]
      .map((i) => i + 0x21)
      .concat([...Array(0x180 - 0xae).keys()].map((i) => i + 0xae));
    for (const code of codes) {
      const [glyph] = glyphsOf(String.fromCharCode(code));
      expect(glyph?.path, String.fromCharCode(code)).not.toBe(missing);
      expect(glyph?.path).toMatch(/^m-?\d/);
      expect(glyph?.advance).toBeGreaterThan(0);
    }
  });

  it('reads backslash, backtick and dollar from the table as themselves', () => {
    const paths = Array.from('\\`$"\'', (character) => glyphsOf(character)[0]?.path);
    expect(new Set(paths).size).toBe(5);
  });

  it('composes, falls back to the base letter, then to a box', () => {
    expect(glyphsOf('e\u0301')).toEqual(glyphsOf('é'));
    expect(glyphsOf('ạ')).toEqual(glyphsOf('a'));
    expect(glyphsOf('人')).toEqual(glyphsOf('Ж'));
    expect(glyphsOf('a\tb')).toEqual(glyphsOf('a b'));
  });

  it('adds widths', () => {
    // DejaVu Sans Condensed Bold: space 641, M 1835 of 2048 units.
    expect(textWidth('M ')).toBeCloseTo((641 + 1835) / 4, -0.5);
  });
});
