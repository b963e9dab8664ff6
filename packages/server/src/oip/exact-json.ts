import { randomBytes } from 'node:crypto';

/** Marks integers that a double cannot hold. Nobody outside knows it, so no string of a request can look like one. */
const MARK = `integer-${randomBytes(16).toString('hex')}:`;

/**
 * As `JSON.parse`, but integers of 16 and more digits come out as marked strings that {@link exactInteger} and {@link approximateNumber}
 * read: a double holds integers to 2^53 only, and INT64 tensors have more. (`JSON.parse` tells a number's text from Node 21 on.)
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(/\d{16}/.test(text) ? markLongIntegers(text) : text);
}

/** The integer that a parsed value is; undefined when it is none. */
export function exactInteger(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  const digits = markedDigits(value);
  return digits === undefined ? undefined : BigInt(digits);
}

/** The number that a parsed value is, rounded to a double; undefined when it is none. */
export function approximateNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const digits = markedDigits(value);
  return digits === undefined ? undefined : Number(digits);
}

function markedDigits(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : undefined;
}

/** A string as it was sent: never one of the marked integers. */
export function plainString(value: unknown): string | undefined {
  return typeof value === 'string' && !value.startsWith(MARK) ? value : undefined;
}

/** Writes each integer of 16 and more digits as a marked string; all else stays, also what is no valid JSON. */
function markLongIntegers(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = endOfString(text, at);
    } else if (char === MINUS || isDigit(char)) {
      const end = endOfNumber(text, at);
      const token = text.slice(at, end);
      if (/^-?[1-9]\d{15,}$/.test(token)) {
        parts.push(text.slice(copied, at), '"', MARK, token, '"');
        copied = end;
      }
      at = end;
    } else {
      at++;
    }
  }
  parts.push(text.slice(copied));
  return parts.join('');
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

/** Index after the closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at++;
    else if (char === QUOTE) return at + 1;
  }
  return text.length;
}

/** Index after all that may belong to a number. */
function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && isNumberPart(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

/** Digits, `+`, `-`, `.`, `e`, `E`. */
function isNumberPart(char: number): boolean {
  return isDigit(char) || char === 0x2b || char === MINUS || char === 0x2e || char === 0x65 || char === 0x45;
}
