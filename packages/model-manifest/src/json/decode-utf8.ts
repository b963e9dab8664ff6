/** A text as it was read, and what is wrong with its encoding. */
export interface DecodedText {
  readonly text: string;
  readonly problem?: { readonly found: string; readonly expected: string };
}

/** RFC 8259 section 8.1: JSON is UTF-8, and must not begin with a byte order mark. */
const EXPECTED = 'UTF-8 text without a byte order mark';

/** Decodes the bytes as UTF-8. A byte order mark is reported and removed, so that what follows is read as well. */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return {
      text: '',
      problem: { found: 'UTF-16 text (byte order mark FF FE or FE FF)', expected: EXPECTED },
    };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not lost: the caller reports that the bytes are no UTF-8; the decoder's own message says no more.
    return { text: '', problem: { found: 'bytes that are no UTF-8', expected: EXPECTED } };
  }
  return removeByteOrderMark(text);
}

export function removeByteOrderMark(text: string): DecodedText {
  if (!text.startsWith('\uFEFF')) return { text };
  return {
    text: text.slice(1),
    problem: {
      found: 'a byte order mark (EF BB BF)',
      expected: `${EXPECTED}; save the file as "UTF-8", not "UTF-8 with BOM"`,
    },
  };
}
