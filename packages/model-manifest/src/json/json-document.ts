import type { JsonValue } from '@care/registry-core';
import { findNodeAtLocation, type Node } from 'jsonc-parser';

export type JsonPath = readonly (string | number)[];

/** 1-based line and column (UTF-16 units). */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** `['input_size', 0]` -> `$.input_size[0]`; names that are no identifier are quoted. */
export function formatJsonPath(path: JsonPath): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    return /^[A-Za-z_$][\w$]*$/.test(segment) ? `${text}.${segment}` : `${text}[${JSON.stringify(segment)}]`;
  }, '$');
}

/** Turns offsets of a text into lines and columns. LF, CRLF and CR end a line. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (const match of text.matchAll(/\r\n|\n|\r/g)) this.starts.push(match.index + match[0].length);
  }

  at(offset: number): TextPosition {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

/** A parsed text that knows where everything stands. */
export class JsonDocument {
  constructor(
    readonly value: JsonValue,
    private readonly root: Node,
    private readonly lines: LineIndex,
  ) {}

  /** Position of the value at `path`, or of its nearest ancestor that is there. */
  positionOf(path: JsonPath): TextPosition {
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(this.root, [...path.slice(0, length)]);
      if (node !== undefined) return this.lines.at(node.offset);
    }
    return this.lines.at(this.root.offset);
  }

  /** Position of the key of the property at `path`. */
  keyPositionOf(path: JsonPath): TextPosition {
    const node = findNodeAtLocation(this.root, [...path]);
    const key = node?.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
    return key === undefined ? this.positionOf(path) : this.lines.at(key.offset);
  }
}
