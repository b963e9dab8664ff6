import type { Tensor } from '@care/registry-core';
import type { Isolation } from '../transport/worker-transport.js';

export interface TensorSnapshot {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Buffers that go over to the worker instead of being copied. */
  readonly transfer: readonly ArrayBuffer[];
}

/**
 * Tensors that nobody else writes to, so that the caller may use its own again at once. Not copied is what the caller gives away and
 * what is copied on the way anyhow (process isolation).
 */
export function snapshotTensors(
  inputs: Readonly<Record<string, Tensor>>,
  { isolation, transfer }: { readonly isolation: Isolation; readonly transfer: boolean },
): TensorSnapshot {
  if (isolation === 'process') return { tensors: inputs, transfer: [] };
  const tensors: Record<string, Tensor> = {};
  const buffers = new Set<ArrayBuffer>();
  for (const [name, tensor] of Object.entries(inputs)) {
    const owned = transfer && fillsItsBuffer(tensor) ? tensor : copyOf(tensor);
    tensors[name] = owned;
    if (owned.type !== 'string' && owned.data.buffer instanceof ArrayBuffer) buffers.add(owned.data.buffer);
  }
  return { tensors, transfer: [...buffers] };
}

function fillsItsBuffer({ data }: Tensor): boolean {
  return (
    ArrayBuffer.isView(data) &&
    data.buffer instanceof ArrayBuffer &&
    data.byteLength === data.buffer.byteLength
  );
}

function copyOf(tensor: Tensor): Tensor {
  return { ...tensor, data: tensor.data.slice() } as Tensor;
}
