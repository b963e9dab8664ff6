import type { Candidate } from './negotiation.js';
import type { PrecisionFloor } from './wishes.js';

/**
 * The order without a wish or a measurement. It is coarse on purpose: which of two engines is faster on a chip is a question for a
 * benchmark, not for a table.
 */
const DEVICES = ['tensorrt', 'cuda', 'rocm', 'coreml', 'dml', 'gpu', 'npu', 'cpu', 'auto', 'webgpu'];
const CPU = DEVICES.indexOf('cpu');
/** Made for one engine ahead of time, so that it need not convert. */
const ENGINE_FORMATS = ['tensorrt-engine', 'openvino-ir'];

/** Lower is earlier: accelerators, then the CPU, then what chooses by itself or is experimental (`auto`, `webgpu`). */
export function deviceRank(device: string | undefined): number {
  if (device === undefined) return CPU;
  // `gpu.0`, `cuda:1`
  const known = DEVICES.indexOf(/^[a-z]+/.exec(device.toLowerCase())?.[0] ?? '');
  return known === -1 ? CPU - 0.5 : known;
}

/** Lower is earlier: accelerators are made for half precision; a CPU converts it, which costs time and gives nothing. */
export function precisionRank({ variant, device }: Candidate): number {
  const accelerated = deviceRank(device) < CPU;
  const order = accelerated ? ['fp16', 'bf16', 'fp32'] : ['fp32', 'fp16', 'bf16'];
  const index = order.indexOf(variant.precision.toLowerCase());
  return index === -1 ? order.length + exactness(variant.precision) : index;
}

export function formatRank({ variant }: Candidate): number {
  return ENGINE_FORMATS.includes(variant.format) ? 0 : 1;
}

/** 0 fp32, 1 fp16 and bf16, 2 integers of 8 bits, 3 and more below; an unknown name is taken for exact. */
function exactness(precision: string): number {
  const name = precision.toLowerCase();
  if (/^(fp|float|f)?32$/.test(name)) return 0;
  if (name.includes('16') && !name.startsWith('q')) return 1;
  if (/(^|[^0-9])(u?int8|q8|quantized)/.test(name)) return 2;
  if (/4|2bit|bnb/.test(name)) return 3;
  return 0;
}

const FLOORS: Readonly<Record<PrecisionFloor, number>> = { fp32: 0, fp16: 1, int8: 2 };

export function isBelow(precision: string, floor: PrecisionFloor): boolean {
  return exactness(precision) > FLOORS[floor];
}
