import type { OrtLibrary } from './ort-library.js';

/** Text as C reads it. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

/** Pieces of memory as C's array of pointers to them; `keep` has to live as long as the array is used. */
export interface PointerArray {
  readonly pointers: BigUint64Array;
  readonly keep: readonly NodeJS.TypedArray[];
}

export function pointersTo(library: OrtLibrary, memory: readonly NodeJS.TypedArray[]): PointerArray {
  return { pointers: BigUint64Array.from(memory, (piece) => library.addressOf(piece)), keep: memory };
}

export function cStrings(library: OrtLibrary, texts: readonly string[]): PointerArray {
  return pointersTo(library, texts.map(cString));
}
