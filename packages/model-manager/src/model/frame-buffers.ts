/**
 * Memory for copies of raw frames, which comes back with the answer. The frames of a camera are alike, and writing to memory that was
 * used before takes a quarter of the time of writing to fresh memory.
 */
export class FrameBuffers {
  readonly #limit: number;
  readonly #free: ArrayBuffer[] = [];

  /** @param limit buffers that are kept while nobody uses them; the one that came first goes first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The bytes in a buffer of their own, which they fill. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const index = this.#free.findIndex(({ byteLength }) => byteLength === bytes.byteLength);
    const [buffer] = index < 0 ? [] : this.#free.splice(index, 1);
    if (buffer === undefined) return new Uint8Array(bytes);
    const copy = new Uint8Array(buffer);
    copy.set(bytes);
    return copy;
  }

  /** Takes back a buffer that nobody else holds any more. */
  giveBack(buffer: ArrayBuffer): void {
    this.#free.push(buffer);
    if (this.#free.length > this.#limit) this.#free.shift();
  }
}
