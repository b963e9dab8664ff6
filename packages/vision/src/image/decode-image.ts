import { CareError } from '@care/registry-core';
import sharp from 'sharp';
import { IMAGE_FORMATS, sniffImageFormat } from './image-format.js';
import { checkBytes, checkPixels, imageLimits } from './image-limits.js';
import type { DecodeOptions, ImageLimits, ImageSource, RawFrame } from './image-source.js';
import { isOrientation } from './orientation.js';
import { checkRawFrame } from './raw-frame.js';
import { readImageFile } from './read-image-file.js';

/**
 * Decodes JPEG, PNG, WebP, AVIF, GIF (first frame) and TIFF (first page) to an upright 8-bit RGB frame, on libuv's threads.
 *
 * - The format is told from the first bytes; anything else (SVG, PDF, HEIC, ...) is refused before a decoder sees it.
 * - EXIF orientation is applied (unless `autoOrient` is false: then the frame has it), 16 bits become 8, grey becomes RGB, CMYK and embedded ICC profiles become sRGB
 *   (an unusable profile is ignored).
 * - Alpha is dropped, not composited: transparent pixels keep the colour they store, as OpenCV's `IMREAD_COLOR` does.
 * - A truncated or damaged picture is an error, never a half-grey frame.
 * - A raw source is checked and returned as it is, without a copy, in its own pixel format.
 *
 * @throws CareError INPUT_INVALID (no such file, bad raw frame), IMAGE_INVALID (not a supported picture, damaged),
 * IMAGE_TOO_LARGE (told from size and header, before decoding), OPTIONS_INVALID (limits)
 */
export async function decodeImage(
  source: ImageSource,
  limits?: Partial<ImageLimits>,
  { autoOrient = true }: DecodeOptions = {},
): Promise<RawFrame> {
  const bounds = imageLimits(limits);
  switch (source.kind) {
    case 'raw':
      return checkRawFrame(source.frame, bounds);
    case 'path':
      return await decodeBytes(await readImageFile(source.path, bounds), bounds, source.path, autoOrient);
    case 'encoded':
      checkBytes(source.bytes.length, bounds, 'the image');
      return await decodeBytes(source.bytes, bounds, 'the image', autoOrient);
  }
}

async function decodeBytes(
  bytes: Uint8Array,
  limits: ImageLimits,
  name: string,
  autoOrient: boolean,
): Promise<RawFrame> {
  const guess = sniffImageFormat(bytes);
  if (!('format' in guess)) {
    throw new CareError(
      'IMAGE_INVALID',
      `${name} is not a picture that can be decoded: ${describe(guess.looksLike)}`,
      {
        remedy: `Use one of ${IMAGE_FORMATS.join(', ')}; the file's name does not matter, its content does.`,
        details: { looksLike: guess.looksLike },
      },
    );
  }
  try {
    const picture = sharp(bytes, {
      failOn: 'error',
      limitInputPixels: limits.maxPixels,
      autoOrient,
      pages: 1,
    });
    const { orientation } = autoOrient ? {} : await picture.metadata();
    const { data, info } = await picture
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      data,
      width: info.width,
      height: info.height,
      format: 'rgb',
      ...(isOrientation(orientation) && orientation !== 1 ? { orientation } : {}),
    };
  } catch (error) {
    await rethrowWhenTooLarge(error, bytes, limits, name);
    throw new CareError(
      'IMAGE_INVALID',
      `${name} is a damaged or truncated ${guess.format.toUpperCase()} picture: ${firstLine(error)}`,
      {
        details: { format: guess.format },
        cause: error,
      },
    );
  }
}

/** sharp refuses too many pixels from the header alone but does not say how many; the header is read once more for the message. */
async function rethrowWhenTooLarge(
  error: unknown,
  bytes: Uint8Array,
  limits: ImageLimits,
  name: string,
): Promise<void> {
  if (!(error instanceof Error) || !error.message.includes('exceeds pixel limit')) return;
  const { width, height } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    // The header was readable a moment ago; should it not be now, the limit alone is reported.
    .catch(() => ({ width: Infinity, height: Infinity }));
  checkPixels(width, height, limits, name);
}

function describe(looksLike: string): string {
  return looksLike === 'empty' ? 'it is empty' : `it looks like ${looksLike}`;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
