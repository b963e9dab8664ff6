import { CareError } from '@care/registry-core';
import type { ByteSource } from './byte-source.js';

/** The bytes are no protobuf message of the expected form. `offset` is where that showed. */
export class WireError extends Error {
  override readonly name = 'WireError';

  constructor(
    readonly reason: string,
    readonly offset: number,
  ) {
    super(`${reason} at byte ${offset}`);
  }
}

/** A parser that yields whenever it needs bytes that are not in the window; {@link drive} fetches them and resumes it. */
export type Walk<T> = Generator<undefined, T, undefined>;

/** Wire types of the Protocol Buffers encoding (protobuf.dev, "Encoding"); groups (3, 4) are not used by ONNX. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const WINDOW = 64 * 1024;
/** Tag and length: two varints of at most 10 bytes. */
const LOOKAHEAD = 20;
const MAX_FIELDS = 20_000_000;
const MAX_STRING = 16 * 1024 * 1024;
const decoder = new TextDecoder('utf-8');

/**
 * Cursor over protobuf bytes. Fixed-size primitives are synchronous as long as the window holds them; call `yield* fill(n)` first
 * when it may not. Skipping moves the cursor without reading.
 */
export class WireReader {
  /** Absolute position of the cursor. */
  position = 0;
  /** End of the message that is being read; nothing is read beyond it. */
  end: number;
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;
  private wanted = 0;
  private fields = 0;

  constructor(private readonly source: ByteSource) {
    this.end = source.size;
  }

  /** Fetches the window that the parser asked for. */
  async refill(): Promise<void> {
    const length = Math.min(Math.max(this.wanted, WINDOW), this.source.size - this.position);
    this.window = await this.source.read(this.position, length);
    this.windowStart = this.position;
    if (this.window.length < Math.min(this.wanted, length))
      throw new WireError('the file ends', this.position);
  }

  /** Makes sure that `count` bytes (or all up to the end of the message) are in the window. */
  *fill(count: number = LOOKAHEAD): Walk<void> {
    const needed = Math.min(count, this.end - this.position);
    if (this.windowStart <= this.position && this.position + needed <= this.windowStart + this.window.length)
      return;
    this.wanted = needed;
    yield;
  }

  /** Bounds the work on files that are nothing but tiny fields. */
  countField(): void {
    if (++this.fields > MAX_FIELDS) throw new WireError(`more than ${MAX_FIELDS} fields`, this.position);
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  /** @returns a whole number; what exceeds 2^53 is refused, except negative 64-bit values, which are given as they are */
  varint(): number {
    const start = this.position;
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.byte(start);
      const bits = byte & 0x7f;
      if (index < 4) low += bits * 2 ** (7 * index);
      else if (index < 9) high += bits * 2 ** (7 * (index - 4));
      else if (bits > 1) throw new WireError('a number of more than 64 bits', start);
      else high += bits * 2 ** 35;
      if (byte < 0x80) return combine(low, high, start);
    }
    throw new WireError('a number of more than 64 bits', start);
  }

  /** Number and wire type of the next field. */
  tag(): { readonly field: number; readonly wire: number } {
    const start = this.position;
    const tag = this.varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (tag < 0 || field < 1 || field > 0x1fffffff) throw new WireError('no valid field number', start);
    if (wire === 3 || wire === 4 || wire > 5) throw new WireError(`a field of unknown kind ${wire}`, start);
    return { field, wire };
  }

  /** Length of the payload that follows; it must end within the message. */
  length(): number {
    const start = this.position;
    const length = this.varint();
    if (length < 0 || length > this.end - this.position) {
      throw new WireError(`a field of ${length} bytes where ${this.end - this.position} are left`, start);
    }
    return length;
  }

  *text(limit: number = MAX_STRING): Walk<string> {
    const length = this.length();
    if (length > limit) throw new WireError(`a text of ${length} bytes`, this.position);
    yield* this.fill(length);
    const from = this.position - this.windowStart;
    this.position += length;
    return decoder.decode(this.window.subarray(from, from + length));
  }

  /** Moves behind a field's payload. */
  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.bytes) {
      const length = this.length();
      this.position += length;
    } else {
      const size = wire === WIRE.fixed64 ? 8 : 4;
      if (size > this.end - this.position)
        throw new WireError('the message ends inside a number', this.position);
      this.position += size;
    }
  }

  private byte(start: number): number {
    if (this.position >= this.end) throw new WireError('the message ends inside a number', start);
    const byte = this.window[this.position - this.windowStart];
    if (byte === undefined) throw new WireError('the file ends', this.position);
    this.position++;
    return byte;
  }
}

/** low: bits 0..27, high: bits 28..63. */
function combine(low: number, high: number, start: number): number {
  if (high >= 2 ** 35) {
    // Two's complement: negative int64 values take ten bytes.
    const value = BigInt.asIntN(64, (BigInt(high) << 28n) + BigInt(low));
    if (value < BigInt(Number.MIN_SAFE_INTEGER)) throw new WireError(`the number ${value}`, start);
    return Number(value);
  }
  const value = high * 2 ** 28 + low;
  if (!Number.isSafeInteger(value)) throw new WireError(`a number beyond 2^53`, start);
  return value;
}

/** Runs a parser to its end, fetching what it asks for. @throws CareError `ABORTED`, {@link WireError} */
export async function drive<T>(walk: Walk<T>, reader: WireReader, signal?: AbortSignal): Promise<T> {
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done === true) return step.value;
    if (signal?.aborted === true) throw new CareError('ABORTED', 'Reading the model file was cancelled.');
    await reader.refill();
  }
}
