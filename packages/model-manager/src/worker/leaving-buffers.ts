import type { Tensor } from '@care/registry-core';
import type { ImageSource } from '@care/vision';
import type { WorkerAnswer, WorkerTask } from './worker-protocol.js';

export interface LeavingBuffers {
  /** Buffers of raw frames, which the host uses again. */
  readonly returned: readonly ArrayBuffer[];
  /** All that goes over to the host instead of being copied. */
  readonly transfer: readonly ArrayBuffer[];
}

/** What leaves a worker with an answer. */
export function leavingBuffers(task: WorkerTask, answer: WorkerAnswer): LeavingBuffers {
  if (answer.kind === 'tensors') return { returned: [], transfer: tensorBuffers(answer.outputs) };
  const returned = task.kind === 'predict' && task.returnFrames ? frameBuffers(task.sources) : [];
  return { returned, transfer: returned };
}

/** What is not shared with the host: each raw frame that was transferred lies in a buffer of its own. */
function frameBuffers(sources: readonly ImageSource[]): ArrayBuffer[] {
  const buffers = sources.flatMap((source) => (source.kind === 'raw' ? [source.frame.data.buffer] : []));
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

/** Of tensors that fill a buffer of their own; one that is a part of a larger buffer is copied by the channel. */
function tensorBuffers(tensors: Readonly<Record<string, Tensor>>): ArrayBuffer[] {
  const views = Object.values(tensors).flatMap(({ data }) => (ArrayBuffer.isView(data) ? [data] : []));
  const whole = views.filter(({ byteLength, buffer }) => byteLength === buffer.byteLength);
  return [...new Set(whole.map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer);
}
