/** The encoded formats that are decoded; everything else is refused before a decoder sees it. */
export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export type FormatGuess =
  | { readonly format: ImageFormat }
  /** Not a format we decode: what it looks like, for people. */
  | { readonly looksLike: string };

/** Bytes that `sniffImageFormat` looks at. */
const SNIFF_BYTES = 512;

const MAGIC: readonly (readonly [offset: number, bytes: string, format: ImageFormat])[] = [
  [0, '\xff\xd8\xff', 'jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'png'],
  [0, 'GIF87a', 'gif'],
  [0, 'GIF89a', 'gif'],
  [0, 'II*\0', 'tiff'],
  [0, 'MM\0*', 'tiff'],
  [0, 'II+\0', 'tiff'],
  [0, 'MM\0+', 'tiff'],
];

/** Formats people do feed in, so that the refusal can name them. */
const REFUSED: readonly (readonly [offset: number, bytes: string, name: string])[] = [
  [0, '%PDF-', 'a PDF document'],
  [0, 'BM', 'a BMP picture'],
  [0, '\0\0\x01\0', 'a Windows icon'],
  [0, '8BPS', 'a Photoshop file'],
  [0, '\xff\x0a', 'a JPEG XL picture'],
  [0, '\0\0\0\x0cJXL ', 'a JPEG XL picture'],
  [0, '\0\0\0\x0cjP', 'a JPEG 2000 picture'],
  [0, '\xff\x4f\xff\x51', 'a JPEG 2000 picture'],
  [0, 'v/1\x01', 'an OpenEXR picture'],
  [0, '#?RADIANCE', 'a Radiance HDR picture'],
  [0, 'PK\x03\x04', 'a ZIP archive'],
  [0, '\x1f\x8b', 'a gzip file'],
  [0, '\x1aE\xdf\xa3', 'a Matroska or WebM video'],
  [0, '\x7fELF', 'an executable'],
  [0, 'MZ', 'an executable'],
  [0, '\x08', 'an ONNX or other protocol buffer file'],
];

/**
 * Tells a format from its first bytes, never from a file's name.
 * Sources: ITU T.81, PNG (W3C), GIF89a, TIFF 6, WebP container, ISO/IEC 23008-12 (HEIF brands).
 */
export function sniffImageFormat(bytes: Uint8Array): FormatGuess {
  const head = String.fromCharCode(...bytes.subarray(0, SNIFF_BYTES));
  if (head.length === 0) return { looksLike: 'empty' };
  for (const [offset, magic, format] of MAGIC) if (head.startsWith(magic, offset)) return { format };
  if (head.startsWith('RIFF')) {
    return head.startsWith('WEBP', 8)
      ? { format: 'webp' }
      : { looksLike: 'a RIFF file (sound or video), not WebP' };
  }
  if (head.startsWith('ftyp', 4)) return sniffIsoMedia(head);
  if (/^\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE svg|<svg)/i.test(head)) {
    return { looksLike: 'an SVG drawing' };
  }
  if (/^\s*(?:<!doctype html|<html|<head|<body)/i.test(head)) return { looksLike: 'an HTML page' };
  if (isText(head)) return { looksLike: 'text' };
  for (const [offset, magic, name] of REFUSED) if (head.startsWith(magic, offset)) return { looksLike: name };
  return { looksLike: 'unknown binary data' };
}

/** An ISO media file starts with its brands: 4 bytes size, `ftyp`, major brand, version, compatible brands. */
function sniffIsoMedia(head: string): FormatGuess {
  const size = Math.min(head.length, (head.charCodeAt(2) << 8) | head.charCodeAt(3));
  const brands = new Set([head.slice(8, 12)]);
  for (let at = 16; at + 4 <= size; at += 4) brands.add(head.slice(at, at + 4));
  if (brands.has('avif') || brands.has('avis')) return { format: 'avif' };
  if (['heic', 'heix', 'hevc', 'hevx', 'mif1', 'msf1'].some((brand) => brands.has(brand))) {
    return { looksLike: 'a HEIC picture' };
  }
  return { looksLike: 'an MP4 or QuickTime video' };
}

function isText(head: string): boolean {
  for (let i = 0; i < head.length; i++) {
    const code = head.charCodeAt(i);
    if (code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13) return false;
  }
  return true;
}
