import type { JsonValue } from '@care/registry-core';
import { getLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { decodeUtf8, removeByteOrderMark } from './decode-utf8.js';
import { formatJsonPath, JsonDocument, LineIndex, type TextPosition } from './json-document.js';
import { nestingDepth } from './nesting-depth.js';

export interface JsonLimits {
  /** Bytes (of a text: UTF-16 units); default 4 MiB. */
  readonly maxSize?: number;
  /** Objects and arrays inside one another; default 64. */
  readonly maxDepth?: number;
}

export interface JsonProblem extends TextPosition {
  readonly jsonPath: string;
  readonly found: string;
  readonly expected: string;
}

/** What came of a text: a document when it could be read at all, and every problem that was seen. */
export interface JsonParseResult {
  readonly document?: JsonDocument;
  readonly problems: readonly JsonProblem[];
  /** The document holds all that the text says: no problem hides a part of it, so that what is missing in it is missing in the text. */
  readonly complete: boolean;
}

export const MAX_JSON_SIZE = 4 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_SYNTAX_PROBLEMS = 20;
const START = { line: 1, column: 1, jsonPath: '$' };

/**
 * Strict JSON (RFC 8259), with positions: no comments, no trailing commas, no byte order mark, no key twice in one object, no
 * `__proto__` key. All problems are collected; a document comes with them as far as the text could be understood.
 * Never throws for what the text holds.
 */
export function parseJson(source: string | Uint8Array, limits: JsonLimits = {}): JsonParseResult {
  const { maxSize = MAX_JSON_SIZE, maxDepth = MAX_DEPTH } = limits;
  if (source.length > maxSize) {
    return unread([{ ...START, found: `${source.length} bytes`, expected: `at most ${maxSize} bytes` }]);
  }
  const decoded = typeof source === 'string' ? removeByteOrderMark(source) : decodeUtf8(source);
  const { text } = decoded;
  const problems: JsonProblem[] = decoded.problem === undefined ? [] : [{ ...START, ...decoded.problem }];
  if (decoded.problem !== undefined && text === '') return unread(problems);
  if (text.trim() === '') {
    return unread([...problems, { ...START, found: 'an empty file', expected: 'a JSON object' }]);
  }
  const lines = new LineIndex(text);
  const deep = nestingDepth(text, maxDepth);
  if (deep !== undefined) {
    const found = `objects and arrays more than ${maxDepth} deep`;
    const expected = `at most ${maxDepth} levels`;
    return unread([...problems, { ...lines.at(deep), jsonPath: '$', found, expected }]);
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, {
    disallowComments: true,
    allowTrailingComma: false,
    allowEmptyContent: false,
  });
  // The parser reports what follows from an error at the same place; the first is the one to mend.
  const first = errors.filter(({ offset }, index) => offset !== errors[index - 1]?.offset);
  for (const error of first.slice(0, MAX_SYNTAX_PROBLEMS)) problems.push(syntaxProblem(text, lines, error));
  if (root === undefined) return unread(problems);
  const value = toValue(root, [], lines, problems);
  const further = errors.length === 0 ? disagreement(text) : [];
  const complete = further.length === 0 && first.every((error) => hidesNothing(text, error));
  return { document: new JsonDocument(value, root, lines), problems: [...problems, ...further], complete };
}

const unread = (problems: readonly JsonProblem[]): JsonParseResult => ({ problems, complete: false });

/** A comma too many and a comment are wrong, but everything around them is understood. */
const hidesNothing = (text: string, error: ParseError): boolean =>
  isTrailingComma(text, error) || printParseErrorCode(error.error) === 'InvalidCommentToken';

function isTrailingComma(text: string, { offset }: ParseError): boolean {
  const next = text[offset];
  return text.slice(0, offset).trimEnd().endsWith(',') && (next === '}' || next === ']');
}

/** The engine's own parser has the last word: nothing is accepted that it would refuse. */
function disagreement(text: string): JsonProblem[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [
      { ...START, found: error instanceof Error ? error.message : String(error), expected: 'valid JSON' },
    ];
  }
}

function syntaxProblem(text: string, lines: LineIndex, error: ParseError): JsonProblem {
  const jsonPath = formatJsonPath(getLocation(text, error.offset).path.filter((segment) => segment !== ''));
  const { found, expected } = explain(text, error);
  return { ...lines.at(error.offset), jsonPath, found, expected };
}

const EXPECTED: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a string, number, object, array, true, false or null',
  InvalidNumberFormat: 'a number as JSON writes it, e.g. 0.5',
  PropertyNameExpected: 'a property name in double quotes',
  ValueExpected: 'a value',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma',
  CloseBraceExpected: 'a closing }',
  CloseBracketExpected: 'a closing ]',
  EndOfFileExpected: 'nothing after the document',
  InvalidCommentToken: 'no comment: JSON has none',
  UnexpectedEndOfComment: 'no comment: JSON has none',
  UnexpectedEndOfString: 'a closing double quote',
  UnexpectedEndOfNumber: 'a number as JSON writes it, e.g. 0.5',
  InvalidUnicode: 'four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'an escape that JSON knows: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX',
  InvalidCharacter: 'control characters written as escapes, e.g. \\n or \\t',
};

function explain(text: string, error: ParseError): { found: string; expected: string } {
  const code: string = printParseErrorCode(error.error);
  const next = text[error.offset];
  if (next !== undefined && isTrailingComma(text, error)) {
    return { found: `a comma before ${next}`, expected: 'no comma after the last item' };
  }
  const snippet = text.slice(error.offset, error.offset + Math.min(Math.max(error.length, 1), 40));
  const found = next === undefined ? 'the end of the file' : JSON.stringify(snippet);
  return { found, expected: EXPECTED[code] ?? 'valid JSON' };
}

function toValue(
  node: Node,
  path: (string | number)[],
  lines: LineIndex,
  problems: JsonProblem[],
): JsonValue {
  if (node.type === 'array') {
    return (node.children ?? []).map((child, index) => toValue(child, [...path, index], lines, problems));
  }
  if (node.type !== 'object') return toScalar(node.value);
  const entries = new Map<string, JsonValue>();
  for (const property of node.children ?? []) {
    const [key, child] = property.children ?? [];
    const name: unknown = key?.value;
    if (key === undefined || typeof name !== 'string') continue;
    const at = { ...lines.at(key.offset), jsonPath: formatJsonPath([...path, name]) };
    if (name === '__proto__') {
      problems.push({ ...at, found: 'the key "__proto__"', expected: 'another name: this one is reserved' });
      continue;
    }
    if (entries.has(name)) {
      const found = `the key ${JSON.stringify(name)} a second time`;
      problems.push({ ...at, found, expected: 'every key once in an object' });
    }
    if (child !== undefined) entries.set(name, toValue(child, [...path, name], lines, problems));
  }
  return Object.fromEntries(entries);
}

function toScalar(value: unknown): JsonValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
