import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isUint8Array } from 'node:util/types';
import { CareError } from '@care/registry-core';
import { checkBytes, imageLimits } from './image-limits.js';
import type { ImageLimits, ImageSource, RawFrame } from './image-source.js';
import { checkRawFrame } from './raw-frame.js';

/** A path (string) or file URL, encoded bytes, a blob, a stream of encoded bytes, or a raw frame. */
export type ImageInput = string | URL | Uint8Array | Blob | AsyncIterable<Uint8Array> | RawFrame;

/**
 * Turns what a caller holds into an image source that crosses a thread boundary. Decodes nothing and reads no file:
 * paths are made absolute, streams and blobs are collected up to `maxBytes`, raw frames are checked without a copy.
 *
 * @throws CareError INPUT_INVALID, IMAGE_TOO_LARGE, UNSUPPORTED (http, https and other remote URLs: images are never fetched)
 */
export async function imageSourceFrom(
  input: ImageInput,
  limits?: Partial<ImageLimits>,
): Promise<ImageSource> {
  const bounds = imageLimits(limits);
  if (typeof input === 'string') return { kind: 'path', path: pathFrom(input) };
  if (input instanceof URL) return { kind: 'path', path: pathFrom(input.href) };
  if (isUint8Array(input)) {
    checkBytes(input.length, bounds, 'the image');
    return { kind: 'encoded', bytes: input };
  }
  if (input instanceof Blob) {
    checkBytes(input.size, bounds, 'the blob');
    return { kind: 'encoded', bytes: new Uint8Array(await input.arrayBuffer()) };
  }
  if (isObject(input) && Symbol.asyncIterator in input) {
    return { kind: 'encoded', bytes: await collect(input, bounds) };
  }
  if (isObject(input) && 'data' in input) return { kind: 'raw', frame: checkRawFrame(input, bounds) };
  throw new CareError('INPUT_INVALID', `not an image: found ${describe(input)}`, {
    remedy: 'Give a path, a file URL, encoded bytes, a Blob, a stream of bytes or a raw frame.',
  });
}

function describe(input: unknown): string {
  return input === null ? 'null' : typeof input;
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null;
}

/** A scheme has two letters or more: `C:\photos\a.jpg` is a path. */
const URL_SCHEME = /^([a-z][a-z0-9+.-]+):/i;

function pathFrom(text: string): string {
  const scheme = URL_SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'file') return pathFromFileUrl(text);
  if (scheme !== undefined && (scheme === 'data' || text.startsWith('//', scheme.length + 1))) {
    throw new CareError('UNSUPPORTED', `images are not read from ${scheme}: URLs`, {
      remedy: 'Download the image yourself and give its bytes or a path; remote images are off.',
      details: { scheme },
    });
  }
  if (text.trim() === '') throw invalidPath(text, 'an empty path');
  if (text.includes('\0')) throw invalidPath(text, 'a path with a NUL character');
  return resolve(text);
}

function pathFromFileUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch (error) {
    throw invalidPath(text, 'a file URL that names no local file', error);
  }
}

function invalidPath(path: string, what: string, cause?: unknown): CareError {
  return new CareError('INPUT_INVALID', `${what} names no image: ${JSON.stringify(path)}`, {
    remedy: 'Give the path of a local image file.',
    cause,
  });
}

async function collect(stream: AsyncIterable<Uint8Array>, limits: ImageLimits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!isUint8Array(chunk)) {
      throw new CareError('INPUT_INVALID', `the image stream gave a ${typeof chunk} instead of bytes`, {
        remedy: 'Give a stream of Buffers or Uint8Arrays (no text encoding set).',
      });
    }
    length += chunk.length;
    checkBytes(length, limits, 'the image stream');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
