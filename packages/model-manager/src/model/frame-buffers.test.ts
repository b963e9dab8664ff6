import { describe, expect, it } from 'vitest';
import { FrameBuffers } from './frame-buffers.js';

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

describe('FrameBuffers', () => {
  it('copies into a buffer that came back, when the size is the same', () => {
    const buffers = new FrameBuffers(2);
    const first = buffers.copy(bytes(12, 1));
    buffers.giveBack(first.buffer);
    expect(buffers.copy(bytes(13, 2)).buffer).not.toBe(first.buffer);
    const again = buffers.copy(bytes(12, 3));
    expect(again.buffer).toBe(first.buffer);
    expect(again).toEqual(bytes(12, 3));
    expect(buffers.copy(bytes(12, 4)).buffer).not.toBe(first.buffer);
  });

  it('copies a part of a larger buffer alone', () => {
    const buffers = new FrameBuffers(1);
    const whole = Uint8Array.of(1, 2, 3, 4);
    buffers.giveBack(new ArrayBuffer(2));
    const copy = buffers.copy(whole.subarray(1, 3));
    expect([...copy]).toEqual([2, 3]);
    expect(copy.buffer.byteLength).toBe(2);
  });

  it('keeps no more than its limit, the latest', () => {
    const buffers = new FrameBuffers(2);
    const [a, b, c] = [new ArrayBuffer(4), new ArrayBuffer(4), new ArrayBuffer(4)];
    for (const buffer of [a, b, c]) buffers.giveBack(buffer);
    expect(buffers.copy(bytes(4, 0)).buffer).toBe(b);
    expect(buffers.copy(bytes(4, 0)).buffer).toBe(c);
    expect([a, b, c]).not.toContain(buffers.copy(bytes(4, 0)).buffer);
  });
});
