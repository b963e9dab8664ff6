import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonLiteral, type PythonValue } from './python-literal.js';

/** What literals are made of. */
const CHARACTERS = `{}[]()'"\\:, 01eE.-xuUrbTrueNone\n`;

describe('parsePythonLiteral', () => {
  // Left: what CPython 3.11 prints for the value on the right (repr).
  it.each<[string, PythonValue]>([
    ['[320, 320]', [320, 320]],
    ['(17, 3)', [17, 3]],
    ['(1,)', [1]],
    ['[]', []],
    ['{}', { entries: [] }],
    ['True', true],
    ['None', null],
    ['-1.5e-07', -1.5e-7],
    [
      "{0: 'person', 1: \"bed's edge\"}",
      {
        entries: [
          [0, 'person'],
          [1, "bed's edge"],
        ],
      },
    ],
    [
      "{0: 'a, b: {c}', 1: ''}",
      {
        entries: [
          [0, 'a, b: {c}'],
          [1, ''],
        ],
      },
    ],
    [String.raw`'it\'s "quoted" \\ \n \t \x07 \u2028'`, 'it\'s "quoted" \\ \n \t \x07 \u2028'],
    [String.raw`'\U0001f600'`, '\u{1F600}'],
    ["'señora'", 'señora'],
    [
      "{'batch': 1, 'half': False, 'nms': True, 'simplify': None}",
      {
        entries: [
          ['batch', 1],
          ['half', false],
          ['nms', true],
          ['simplify', null],
        ],
      },
    ],
    ['["a", "b"]', ['a', 'b']],
    [' [1 , 2,] ', [1, 2]],
    ["r'\\d'", '\\d'],
    ["''", ''],
  ])('%s', (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  it.each([
    '',
    '[',
    '[1',
    "'open",
    '{0}',
    "{0 'a'}",
    '[1 2]',
    'person',
    '__import__("os")',
    '1 + 1',
    '[1]]',
    '{1: }',
    "'\\x4'",
  ])('refuses %s', (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined();
  });

  it('reads back every JSON value (JSON is a subset but for its names of True, False and None)', () => {
    const list = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
    );
    fc.assert(
      fc.property(list, (values) => {
        const text = JSON.stringify(values);
        expect(parsePythonLiteral(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from(CHARACTERS)) }),
        (text) => void parsePythonLiteral(text),
      ),
      {
        numRuns: 3000,
      },
    );
    expect(parsePythonLiteral('['.repeat(100_000))).toBeUndefined();
  });
});
