const ascii = (text: string): readonly number[] => Array.from(text, (char) => char.charCodeAt(0));

interface Signature {
  readonly what: string;
  readonly at: number;
  readonly bytes: readonly number[];
}

/** First bytes of files that are met in the place of a model. None of them can begin an ONNX file that exporters write. */
const SIGNATURES: readonly Signature[] = [
  {
    what: 'a Git LFS pointer: run `git lfs pull` to get the file itself',
    at: 0,
    bytes: ascii('version https://git-lfs'),
  },
  {
    what: 'a zip archive (PyTorch .pt and .pth, Keras and many others are zip archives)',
    at: 0,
    bytes: ascii('PK\x03\x04'),
  },
  { what: 'a TensorFlow Lite model', at: 4, bytes: ascii('TFL3') },
  { what: 'an ONNX Runtime model (.ort), not ONNX', at: 4, bytes: ascii('ORTM') },
  { what: 'a TensorRT engine', at: 0, bytes: ascii('ptrt') },
  { what: 'a GGUF model', at: 0, bytes: ascii('GGUF') },
  { what: 'an HDF5 file (Keras .h5)', at: 0, bytes: [0x89, ...ascii('HDF\r\n')] },
  { what: 'a gzip archive', at: 0, bytes: [0x1f, 0x8b] },
  { what: 'a Zstandard archive', at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: 'a 7-Zip archive', at: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { what: 'a Python pickle (older PyTorch .pt)', at: 0, bytes: [0x80, 0x02, 0x8a] },
  { what: 'a PNG picture', at: 0, bytes: [0x89, ...ascii('PNG')] },
  { what: 'a JPEG picture', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { what: 'a program (ELF)', at: 0, bytes: [0x7f, ...ascii('ELF')] },
  { what: 'a program (Windows)', at: 0, bytes: ascii('MZ\x90') },
];

const MAX_TEXT_START = 512;

/** What a file looks like by its first bytes (512 are enough) when it is surely no ONNX; undefined when it may be one. */
export function describeForeignFile(head: Uint8Array): string | undefined {
  const signature = SIGNATURES.find(({ at, bytes }) =>
    bytes.every((byte, index) => head[at + index] === byte),
  );
  if (signature !== undefined) return signature.what;
  if (head.length > 0 && head.every((byte) => byte === 0))
    return 'nothing but zero bytes, as an unfinished download leaves them';
  if (head.length > 9 && head[8] === 0x7b && head[9] === 0x22 && head[7] === 0) return 'a safetensors file';
  return describeText(head.subarray(0, MAX_TEXT_START));
}

function describeText(head: Uint8Array): string | undefined {
  // An ONNX file begins with a small tag and number (08 0x); a text has no control characters but white space.
  if (head.some((byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13))
    return undefined;
  let text: string;
  try {
    // `stream`: a character cut at the end of the head is no error.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    // Not lost: no UTF-8 means no text, which is the answer.
    return undefined;
  }
  const start = text.trimStart().slice(0, 16).toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html'))
    return 'an HTML page, as a failed download leaves it';
  if (start.startsWith('<?xml')) return 'an XML file';
  if (start.startsWith('{') || start.startsWith('[')) return 'a JSON file';
  return 'a text file';
}
