import { GLYPH_LINES, UNITS_PER_EM } from './glyph-table.js';

export interface Glyph {
  /** Units to the next letter. */
  readonly advance: number;
  /** SVG path in units, y down, baseline at 0; empty for a space. */
  readonly path: string;
}

export { UNITS_PER_EM };
/** Height of capitals and depth of descenders, in units. */
export const CAP_HEIGHT = 373;
export const DESCENT = 121;

/** What stands for a character without an outline: an empty box. */
const MISSING: Glyph = { advance: 320, path: 'm40-373l240 0l0 373l-240 0zm44 44l0 285l152 0l0-285z' };

let table: ReadonlyMap<string, Glyph> | undefined;

function glyphTable(): ReadonlyMap<string, Glyph> {
  table ??= new Map(
    GLYPH_LINES.split('\n').map((line) => {
      const [character = ' '] = line;
      const [advance = '0', ...path] = line.slice(character.length + 1).split(' ');
      return [character, { advance: Number(advance), path: path.join(' ') }];
    }),
  );
  return table;
}

/** Outlines of a text. A letter that is not in the table is drawn without its accents, or else as a box. */
export function glyphsOf(text: string): Glyph[] {
  const glyphs = glyphTable();
  return Array.from(text.normalize('NFC').replaceAll(/\s/g, ' '), (character) => {
    const [base = character] = character.normalize('NFD');
    return glyphs.get(character) ?? glyphs.get(base) ?? MISSING;
  });
}

/** Width in units. */
export function textWidth(text: string): number {
  return glyphsOf(text).reduce((width, { advance }) => width + advance, 0);
}
