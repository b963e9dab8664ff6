import type { Transferable } from 'node:worker_threads';
import {
  imageSourceFrom,
  type ImageInput,
  type ImageLimits,
  type ImageSource,
  type RawFrame,
} from '@care/vision';
import type { Isolation } from '../transport/worker-transport.js';
import type { FrameBuffers } from './frame-buffers.js';

export interface SnapshotOptions {
  readonly isolation: Isolation;
  /** The caller gives its bytes away. */
  readonly transfer: boolean;
  readonly limits?: Partial<ImageLimits> | undefined;
  /** Where copies of raw frames go. */
  readonly frames?: FrameBuffers | undefined;
}

export interface ImageSnapshot {
  readonly source: ImageSource;
  /** Buffers that go over to the worker instead of being copied. */
  readonly transfer: readonly Transferable[];
}

/**
 * What a caller holds as an image source that nobody else writes to. Bytes and frames are copied before this function
 * returns its promise, so that a camera may reuse its buffer at once; not copied are shared memory (thread isolation)
 * and what the caller gives away.
 * @throws CareError INPUT_INVALID, IMAGE_TOO_LARGE, UNSUPPORTED
 */
export async function snapshotImage(input: ImageInput, options: SnapshotOptions): Promise<ImageSnapshot> {
  const source = await imageSourceFrom(ownedInput(input, options), options.limits);
  const data =
    source.kind === 'raw' ? source.frame.data : source.kind === 'encoded' ? source.bytes : undefined;
  const moves = options.isolation === 'thread' && data !== undefined && spansItsBuffer(data);
  return { source, transfer: moves && data.buffer instanceof ArrayBuffer ? [data.buffer] : [] };
}

function ownedInput(input: ImageInput, options: SnapshotOptions): ImageInput {
  if (input instanceof Uint8Array) return ownedBytes(input, options, (bytes) => new Uint8Array(bytes));
  if (isRawFrame(input)) {
    const { frames } = options;
    const copy = (bytes: Uint8Array): Uint8Array => frames?.copy(bytes) ?? new Uint8Array(bytes);
    return { ...input, data: ownedBytes(input.data, options, copy) };
  }
  return input;
}

function ownedBytes(
  bytes: Uint8Array,
  { isolation, transfer }: SnapshotOptions,
  copy: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return isolation === 'thread' ? bytes : copy(bytes);
  return transfer && spansItsBuffer(bytes) ? bytes : copy(bytes);
}

/** Only then may a buffer be transferred: others (Node's pool, a larger frame) may look at the rest of it. */
function spansItsBuffer(bytes: Uint8Array): boolean {
  return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
}

/** Anything else with data is left to vision's own check, which says what is wrong with it. */
function isRawFrame(input: ImageInput): input is RawFrame {
  return typeof input === 'object' && 'data' in input && input.data instanceof Uint8Array;
}
