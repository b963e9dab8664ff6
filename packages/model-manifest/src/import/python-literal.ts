/** A Python literal as data. Tuples and lists are lists, dicts are lists of pairs (their keys may be numbers), `None` is null. */
export type PythonValue =
  | string
  | number
  | boolean
  | null
  | readonly PythonValue[]
  | { readonly entries: readonly (readonly [PythonValue, PythonValue])[] };

const MAX_DEPTH = 32;

/**
 * Reads a Python literal as `repr()` writes it, which is how exporters put dicts and lists into ONNX metadata; JSON is read as well.
 * Grammar: The Python Language Reference, 2.4 "Literals" and 6.2 "Displays". Undefined when the text is none.
 */
export function parsePythonLiteral(text: string): PythonValue | undefined {
  const cursor = new Cursor(text);
  try {
    const value = readValue(cursor, 0);
    cursor.blanks();
    return cursor.done ? value : undefined;
  } catch (error) {
    // Not lost: that the text is no literal is the answer, and callers say what they miss.
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

class NotALiteral extends Error {}

class Cursor {
  private position = 0;

  constructor(private readonly text: string) {}

  get done(): boolean {
    return this.position >= this.text.length;
  }

  get peek(): string {
    return this.text[this.position] ?? '';
  }

  next(): string {
    const char = this.text[this.position];
    if (char === undefined) throw new NotALiteral();
    this.position++;
    return char;
  }

  take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  blanks(): void {
    this.match(/\s*/y);
  }
}

const WORDS: Readonly<Record<string, boolean | null>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};

function readValue(cursor: Cursor, depth: number): PythonValue {
  if (depth > MAX_DEPTH) throw new NotALiteral();
  cursor.blanks();
  if (cursor.take('{')) return readDict(cursor, depth);
  if (cursor.take('[')) return readItems(cursor, ']', depth);
  if (cursor.take('(')) return readItems(cursor, ')', depth);
  const prefix = cursor.match(/[rRbBuU]{0,2}(?=['"])/y);
  if (prefix !== undefined) return readString(cursor, /[rR]/.test(prefix));
  const number = cursor.match(/[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return Number(number.replaceAll('_', ''));
  const word = cursor.match(/[A-Za-z]+/y) ?? '';
  if (!Object.hasOwn(WORDS, word)) throw new NotALiteral();
  return WORDS[word] ?? null;
}

function readItems(cursor: Cursor, close: string, depth: number): PythonValue[] {
  const items: PythonValue[] = [];
  for (;;) {
    cursor.blanks();
    if (cursor.take(close)) return items;
    items.push(readValue(cursor, depth + 1));
    separator(cursor, close);
  }
}

function readDict(cursor: Cursor, depth: number): PythonValue {
  const entries: [PythonValue, PythonValue][] = [];
  for (;;) {
    cursor.blanks();
    if (cursor.take('}')) return { entries };
    const key = readValue(cursor, depth + 1);
    cursor.blanks();
    if (!cursor.take(':')) throw new NotALiteral();
    entries.push([key, readValue(cursor, depth + 1)]);
    separator(cursor, '}');
  }
}

function separator(cursor: Cursor, close: string): void {
  cursor.blanks();
  if (!cursor.take(',') && cursor.peek !== close) throw new NotALiteral();
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '\n': '',
  '/': '/',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function readString(cursor: Cursor, raw: boolean): string {
  const quote = cursor.next();
  const close = cursor.take(quote + quote) ? quote.repeat(3) : quote;
  // Two quotes and no third: the empty string.
  let text = '';
  while (!cursor.take(close)) {
    const char = cursor.next();
    text += char === '\\' && !raw ? readEscape(cursor) : char;
  }
  return text;
}

const CODE_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function readEscape(cursor: Cursor): string {
  const octal = cursor.match(/[0-7]{1,3}/y);
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
  const kind = cursor.next();
  const length = CODE_LENGTH[kind];
  if (length === undefined) return ESCAPES[kind] ?? `\\${kind}`;
  const digits = Array.from({ length }, () => cursor.next()).join('');
  const code = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (!(code <= 0x10ffff)) throw new NotALiteral();
  // JSON writes what lies beyond 0xFFFF as two escapes; joined in a string they are one character again.
  return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
}
