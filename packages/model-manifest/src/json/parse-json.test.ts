import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The problems as `line:column path found`. */
const problems = (source: string | Uint8Array): string[] =>
  parseJson(source).problems.map(
    ({ line, column, jsonPath, found }) => `${line}:${column} ${jsonPath} ${found}`,
  );

describe('parseJson', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['a trailing comma in an object', '{\n  "a": 1,\n}', '3:1 $ a comma before }'],
    ['a trailing comma in a list', '{"a": [1, 2,]}', '1:13 $.a[2] a comma before ]'],
    ['a key twice', '{\n  "a": 1,\n  "b": {"a": 2},\n  "a": 3\n}', '4:3 $.a the key "a" a second time'],
    [
      'a byte order mark',
      Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8('{}')]),
      '1:1 $ a byte order mark (EF BB BF)',
    ],
    ['a byte order mark in a string', '\uFEFF{}', '1:1 $ a byte order mark (EF BB BF)'],
    [
      'UTF-16',
      Uint8Array.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
      '1:1 $ UTF-16 text (byte order mark FF FE or FE FF)',
    ],
    ['bytes that are no UTF-8', Uint8Array.from([0x22, 0xe9, 0x22]), '1:1 $ bytes that are no UTF-8'],
    ['nothing', '', '1:1 $ an empty file'],
    ['blanks', ' \n\t', '1:1 $ an empty file'],
    ['a comment', '{\n // no\n "a": 1}', '2:2 $ "// no"'],
    ['a reserved key', '{"a": {"__proto__": {"x": 1}}}', '1:8 $.a.__proto__ the key "__proto__"'],
    ['single quotes', "{'a': 1}", `1:2 $ "'a'"`],
    ['an open end', '{"a": 1', '1:8 $.a the end of the file'],
    ['two documents', '{} {}', '1:4 $ "{"'],
    ['NaN, which Python writes', '{"a": NaN}', '1:7 $.a "NaN"'],
    ['CRLF line ends', '{\r\n"a": 1,\r\n}', '3:1 $ a comma before }'],
  ])('reports %s', (_name, source, expected) => {
    expect(problems(source)).toContain(expected);
  });

  it('keeps what could be understood, so that the rest is checked as well', () => {
    const { document } = parseJson('\uFEFF{"a": [1, {"b": null}]}');
    expect(document?.value).toEqual({ a: [1, { b: null }] });
    expect(document?.positionOf(['a', 1, 'b'])).toEqual({ line: 1, column: 17 });
    expect(document?.positionOf(['a', 7])).toEqual({ line: 1, column: 7 });
  });

  it.each([
    ['', true],
    ['\uFEFF{"a": 1}', true],
    ['{"a": [1, 2,], "b": {"c": 1,},}', true],
    ['{"a": 1, "a": 2}', true],
    ['{"a": 1 /* one */}', true],
    ['{"a": 1 "b": 2}', false],
    ['{"a": 1, "b": ', false],
    ['{"a": NaN, "b": 2}', false],
    ['{,}', false],
  ])('tells whether problems hide a part of %j', (text, complete) => {
    expect(parseJson(text === '' ? '{"a": 1}' : text).complete).toBe(complete);
  });

  it('pollutes no prototype', () => {
    parseJson('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('bounds size and depth', () => {
    expect(parseJson('[1, 2, 3]', { maxSize: 5 }).problems[0]?.expected).toBe('at most 5 bytes');
    const deep = parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(deep.problems[0]).toMatchObject({ line: 1, column: 65, expected: 'at most 64 levels' });
    // Brackets that close nothing, and comments with quotes, must not hide the depth.
    expect(parseJson('[}'.repeat(100_000)).problems).not.toEqual([]);
    expect(parseJson(`/* " */${'['.repeat(100_000)}`).problems).not.toEqual([]);
    expect(parseJson(`${'['.repeat(64)}${']'.repeat(64)}`).problems).toEqual([]);
  });

  it('accepts what JSON.parse accepts, with the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat({ max: 4 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes('"__proto__":'));
        const result = parseJson(text);
        expect(result.problems).toEqual([]);
        expect(result.document?.value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts nothing that JSON.parse refuses, and never throws', () => {
    const fragment = fc.constantFrom(
      ...'{}[],:"\\/*\n\t 019.-+eEtruefalsnx'.split(''),
      '"a"',
      '"\\u12',
      'null',
      '\uFEFF',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const { problems: found } = parseJson(text);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          // The verdict of the independent parser.
          valid = false;
        }
        if (!valid) expect(found).not.toEqual([]);
      }),
      { numRuns: 5000 },
    );
  });

  it('never throws for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseJson(bytes)),
      { numRuns: 1000 },
    );
  });
});
