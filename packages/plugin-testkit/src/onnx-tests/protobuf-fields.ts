/** One field of a protobuf message: an integer for wire type 0, the bytes of it for the others. */
export interface ProtobufField {
  readonly number: number;
  readonly integer: bigint | undefined;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
/** Lengths in bytes of the wire types with a fixed one (protobuf.dev/programming-guides/encoding). */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** The fields of a message in the order they are written. @throws RangeError for what is no protobuf message */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[position++];
      if (byte === undefined) throw new RangeError('the message ends inside a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number is longer than 10 bytes');
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - position) throw new RangeError('the message ends inside a field');
    position += length;
    return message.subarray(position - length, position);
  };
  while (position < message.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('there is no field 0');
    if (wireType === 0) {
      yield { number, integer: varint(), bytes: NO_BYTES };
      continue;
    }
    const length = wireType === 2 ? Number(varint()) : FIXED[wireType];
    if (length === undefined) throw new RangeError(`wire type ${wireType}`);
    yield { number, integer: undefined, bytes: take(length) };
  }
}

const decoder = new TextDecoder();

export function textOf({ bytes }: ProtobufField): string {
  return decoder.decode(bytes);
}

/** Numbers of a repeated varint field, whether packed or one by one. */
export function* varintsOf({ bytes, integer }: ProtobufField): Generator<bigint> {
  if (integer !== undefined) {
    yield integer;
    return;
  }
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    yield BigInt.asUintN(64, value);
    value = 0n;
    shift = 0n;
  }
  if (shift > 0n) throw new RangeError('the message ends inside a number');
}
