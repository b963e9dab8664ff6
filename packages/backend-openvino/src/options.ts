import { z } from 'zod';

/** Kinds of devices; where a machine has several of one, `gpu.0`, `gpu.1`, ... name them as OpenVINO numbers them. */
export const OPENVINO_DEVICES = ['cpu', 'gpu', 'npu', 'auto'] as const;

const DEVICE = /^(?:cpu|auto|(?:gpu|npu)(?:\.\d+)?)$/;
const device = z
  .string()
  .regex(DEVICE, `a device is one of ${OPENVINO_DEVICES.join(', ')}, or a numbered one as gpu.1`);

/** Options of the `openvino` backend. Every one has a default: `{}` runs on the CPU. Reads no environment variables. */
export const openVinoOptionsSchema = z.strictObject({
  /** Devices in the order they are tried when the caller names none; the first that is available is taken. */
  devices: z.array(device).min(1).default(['cpu']),
  /** Which devices `auto` may choose from, best first, e.g. `["gpu", "cpu"]`; absent: OpenVINO's own order. */
  autoDevices: z.array(device.refine((name) => name !== 'auto', 'auto cannot choose itself')).optional(),
  /** `latency`: one request as fast as it can be; `throughput`: many requests side by side (OpenVINO's PERFORMANCE_HINT). */
  performanceHint: z.enum(['latency', 'throughput']).default('latency'),
  /** Streams that run requests side by side (NUM_STREAMS); absent: what the performance hint says. */
  streams: z.union([z.literal('auto'), z.int().min(1).max(1024)]).optional(),
  /**
   * The number type that the device computes in (INFERENCE_PRECISION_HINT). Absent: `f32` on the CPU, where OpenVINO
   * itself would take bf16 on newer processors; on other devices what the device does best, mostly f16.
   */
  inferencePrecision: z.enum(['f32', 'f16', 'bf16']).optional(),
  /** Folder where compiled models are kept (CACHE_DIR), relative to the host's root; absent: none is kept. */
  cacheDir: z.string().min(1).optional(),
  /** Threads that the CPU infers with (INFERENCE_NUM_THREADS); the engine's choice when absent. `OpenOptions.intraOpThreads` wins. */
  intraOpThreads: z.int().min(1).max(1024).optional(),
  /** More properties of OpenVINO by their own name, e.g. `{ "ENABLE_CPU_PINNING": "NO" }`; they win over all above. */
  properties: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
});

export type OpenVinoOptions = z.output<typeof openVinoOptionsSchema>;
