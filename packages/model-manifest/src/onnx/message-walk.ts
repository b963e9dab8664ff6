import { WIRE, WireError, type Walk, type WireReader } from './wire-reader.js';

/** Deepest nesting of messages: subgraphs (If, Loop, Scan) take three levels each. */
const MAX_DEPTH = 64;

/** Handlers of the fields of one message, by field number. What has no handler is skipped unread. */
export type FieldHandlers<State> = Readonly<
  Record<number, (reader: WireReader, state: State, wire: number, depth: number) => Walk<void> | undefined>
>;

/** Reads a message that ends at `reader.end`. */
export function* readFields<State>(
  reader: WireReader,
  handlers: FieldHandlers<State>,
  state: State,
  depth: number,
): Walk<void> {
  if (depth > MAX_DEPTH) throw new WireError(`messages nested more than ${MAX_DEPTH} deep`, reader.position);
  while (!reader.atEnd) {
    yield* reader.fill();
    reader.countField();
    const { field, wire } = reader.tag();
    const handler = handlers[field];
    if (handler === undefined) reader.skip(wire);
    else {
      const walk = handler(reader, state, wire, depth);
      if (walk !== undefined) yield* walk;
    }
  }
}

/** Reads an embedded message; the cursor is behind it afterwards. */
export function* readMessage<State>(
  reader: WireReader,
  wire: number,
  handlers: FieldHandlers<State>,
  state: State,
  depth: number,
): Walk<void> {
  expectWire(reader, wire, WIRE.bytes);
  const outer = reader.end;
  reader.end = lengthEnd(reader);
  yield* readFields(reader, handlers, state, depth + 1);
  reader.end = outer;
}

function lengthEnd(reader: WireReader): number {
  const length = reader.length();
  return reader.position + length;
}

/** A repeated integer field, packed or not; at most `limit` numbers. */
export function* readIntegers(reader: WireReader, wire: number, into: number[], limit: number): Walk<void> {
  if (wire === WIRE.varint) {
    into.push(reader.varint());
  } else {
    expectWire(reader, wire, WIRE.bytes);
    const outer = reader.end;
    reader.end = lengthEnd(reader);
    while (!reader.atEnd) {
      yield* reader.fill();
      into.push(reader.varint());
      if (into.length > limit) break;
    }
    reader.end = outer;
  }
  if (into.length > limit) throw new WireError(`more than ${limit} numbers in a list`, reader.position);
}

export function* readText(reader: WireReader, wire: number): Walk<string> {
  expectWire(reader, wire, WIRE.bytes);
  return yield* reader.text();
}

export function readInteger(reader: WireReader, wire: number): number {
  expectWire(reader, wire, WIRE.varint);
  return reader.varint();
}

function expectWire(reader: WireReader, wire: number, expected: number): void {
  if (wire !== expected) throw new WireError('a field of another kind than ONNX has there', reader.position);
}
