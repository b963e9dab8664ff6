import { CareError } from '@care/registry-core';

/** Five bits a character; a run beyond 2^31 needs seven. */
const MAX_DIGITS = 7;

/**
 * Run lengths as the COCO API's string: from the fourth run on the difference to the run two before, in base 32, least digit
 * first, each digit as a character from '0' (48) on, with bit 32 for "more follow" and the last digit's bit 16 as sign.
 */
export function compressCounts(counts: ArrayLike<number>): string {
  const characters: number[] = [];
  for (let run = 0; run < counts.length; run++) {
    let value = (counts[run] ?? 0) - (run > 2 ? (counts[run - 2] ?? 0) : 0);
    for (let more = true; more;) {
      const digit = value & 31;
      value >>= 5;
      more = (digit & 16) === 0 ? value !== 0 : value !== -1;
      characters.push(48 + digit + (more ? 32 : 0));
    }
  }
  return decodeCharacters(characters);
}

/** @throws CareError INPUT_INVALID when the text is not of this form or a run comes out negative */
export function decompressCounts(text: string): Uint32Array {
  const counts: number[] = [];
  let position = 0;
  while (position < text.length) {
    const start = position;
    let [value, weight] = [0, 1];
    let digit: number;
    do {
      digit = text.charCodeAt(position) - 48;
      if (!(digit >= 0 && digit < 64) || position - start >= MAX_DIGITS) throw notCompressed(text, position);
      value += (digit & 31) * weight;
      weight *= 32;
      position++;
    } while ((digit & 32) !== 0);
    if ((digit & 16) !== 0) value -= weight;
    if (counts.length > 2) value += counts[counts.length - 2] ?? 0;
    if (value < 0 || value > 0xffffffff) throw notCompressed(text, start);
    counts.push(value);
  }
  return Uint32Array.from(counts);
}

/** In pieces, because a call takes only so many arguments. */
function decodeCharacters(codes: readonly number[]): string {
  let text = '';
  for (let from = 0; from < codes.length; from += 4096) {
    text += String.fromCharCode(...codes.slice(from, from + 4096));
  }
  return text;
}

function notCompressed(text: string, position: number): CareError {
  const near = JSON.stringify(text.slice(Math.max(0, position - 8), position + 8));
  return new CareError(
    'INPUT_INVALID',
    `the compressed run lengths are broken at character ${position} (near ${near})`,
    {
      remedy:
        'Give the string that `pycocotools.mask.encode` makes, or the run lengths as a list of numbers.',
    },
  );
}
