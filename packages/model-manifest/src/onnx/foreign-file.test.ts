import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { readOnnxBytes } from './read-onnx.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('a file of another kind', () => {
  it.each([
    ['Git LFS', text('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n')],
    ['HTML', text('<!DOCTYPE html>\n<html><body>404: Not Found</body></html>')],
    ['JSON', text('{"model_id": "x"}')],
    ['text', text('hello, this is no model')],
    ['zip', Uint8Array.from([0x50, 0x4b, 3, 4, 0x14, 0])],
    ['TensorFlow Lite', Uint8Array.from([0x1c, 0, 0, 0, ...text('TFL3'), 0x14, 0])],
    ['pickle', Uint8Array.from([0x80, 2, 0x8a, 0x0a, 0x6c])],
    ['HDF5', Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])],
    ['safetensors', Uint8Array.from([0x40, 0, 0, 0, 0, 0, 0, 0, ...text('{"weight":{"dtype"')])],
    ['zero bytes', new Uint8Array(600)],
    ['JPEG', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10])],
  ])('is named: %s', async (name, bytes) => {
    const error: unknown = await readOnnxBytes(bytes, 'm.onnx').catch((caught: unknown) => caught);
    expect(isCareError(error, 'ARTIFACT_CORRUPT')).toBe(true);
    expect(String(error)).toContain(name);
  });
});
