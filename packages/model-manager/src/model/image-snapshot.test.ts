import { describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import { snapshotImage } from './image-snapshot.js';

const own = { isolation: 'thread', transfer: false } as const;
const bytes = Uint8Array.from({ length: 20 }, (_, index) => index);

async function encodedOf(
  input: Parameters<typeof snapshotImage>[0],
  options: Parameters<typeof snapshotImage>[1] = own,
) {
  const { source, transfer } = await snapshotImage(input, options);
  if (source.kind !== 'encoded') throw new Error(`expected encoded bytes, found ${source.kind}`);
  return { bytes: source.bytes, transfer };
}

describe('snapshotImage', () => {
  it('copies the caller’s bytes before it returns, and transfers the copy', async () => {
    const mine = bytes.slice();
    const snapshot = encodedOf(mine);
    mine.fill(0);
    const taken = await snapshot;
    expect(taken.bytes).toEqual(bytes);
    expect(taken.bytes.buffer).not.toBe(mine.buffer);
    expect(taken.transfer).toEqual([taken.bytes.buffer]);
  });

  it('never transfers a buffer that others look at: a part of it is copied even when given away', async () => {
    const whole = new Uint8Array(100);
    const part = whole.subarray(10, 30);
    const taken = await encodedOf(part, { ...own, transfer: true });
    expect(taken.bytes.buffer).not.toBe(whole.buffer);
    const pooled = Buffer.from('small buffers share a pool');
    const fromPool = await encodedOf(pooled, { ...own, transfer: true });
    expect(fromPool.bytes.buffer).not.toBe(pooled.buffer);
  });

  it('hands over what is given away, as it is', async () => {
    const mine = bytes.slice();
    const taken = await encodedOf(mine, { ...own, transfer: true });
    expect(taken.bytes).toBe(mine);
    expect(taken.transfer).toEqual([mine.buffer]);
  });

  it('shares shared memory with a thread and copies it for a process', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(20));
    shared.set(bytes);
    const thread = await encodedOf(shared);
    expect(thread.bytes.buffer).toBe(shared.buffer);
    expect(thread.transfer).toEqual([]);
    const process = await encodedOf(shared, { ...own, isolation: 'process' });
    expect(process.bytes.buffer).toBeInstanceOf(ArrayBuffer);
    expect(process.bytes).toEqual(bytes);
    expect(process.transfer).toEqual([]);
  });

  it('keeps the geometry of a raw frame', async () => {
    const frame = { data: bytes, width: 2, height: 3, format: 'rgb', stride: 7 } as const;
    const { source } = await snapshotImage(frame, own);
    expect(source).toEqual({ kind: 'raw', frame });
  });

  it('collects blobs and streams', async () => {
    expect((await encodedOf(new Blob([bytes.slice()]))).bytes).toEqual(bytes);
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 7);
      await Promise.resolve();
      yield bytes.subarray(7);
    }
    expect(new Uint8Array((await encodedOf(stream())).bytes)).toEqual(bytes);
  });

  it('rejects what is no image', async () => {
    const limits = { maxBytes: 10 };
    await expect(snapshotImage(bytes, { ...own, limits })).rejects.toThrow(coded('IMAGE_TOO_LARGE'));
    const frame = { data: bytes, width: 100, height: 3, format: 'rgb' } as const;
    await expect(snapshotImage(frame, own)).rejects.toThrow(coded('INPUT_INVALID'));
  });
});
