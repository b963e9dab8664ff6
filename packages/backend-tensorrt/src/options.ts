import { z } from 'zod';

const dims = z.array(z.int().min(1)).min(1);
const profile = z.strictObject({ min: dims, opt: dims, max: dims });

/**
 * Options of the `tensorrt` backend. Every one has a default. Environment variables are read for the place of the engine cache only:
 * CARE_CACHE_DIR, MODEL_CACHE_DIR, XDG_CACHE_HOME, HOME.
 */
export const tensorRtOptionsSchema = z.strictObject({
  /** Number of the GPU as CUDA counts: the fastest first, or as `nvidia-smi` does with CUDA_DEVICE_ORDER=PCI_BUS_ID. */
  deviceId: z.int().min(0).default(0),
  /**
   * The lowest precision TensorRT may choose for a layer. `variant`: that of the model's variant, so that a file of float32 is
   * computed in float32; `int8` needs a quantised (QDQ) model or `int8CalibrationTable`, and allows fp16 besides.
   */
  precision: z.enum(['variant', 'fp32', 'fp16', 'bf16', 'int8']).default('variant'),
  /** Calibration table for int8, a file in the engine cache folder. */
  int8CalibrationTable: z
    .strictObject({ name: z.string().min(1), native: z.boolean().default(false) })
    .optional(),
  /** Memory that a build may use, in bytes; absent: all that the GPU has. */
  maxWorkspaceBytes: z.int().min(1).optional(),
  /**
   * Built engines and the timings behind them are kept, so that the next start takes seconds; `false`: each start builds.
   * `dir` is relative to the host's root; absent: `tensorrt-engines` in CARE's cache directory, which the environment names.
   */
  engineCache: z
    .union([z.literal(false), z.strictObject({ dir: z.string().min(1).optional() })])
    .prefault({}),
  /** Shapes of inputs with dynamic dimensions: an engine is made for the range. Absent: built for the shape that comes, again for others. */
  profiles: z.record(z.string().min(1), profile).default({}),
  /** 0 (fast build) ... 5 (fast engine); absent: TensorRT's own, 3. */
  builderOptimizationLevel: z.int().min(0).max(5).optional(),
  /** Operators that stay out of TensorRT, e.g. `["NonMaxSuppression"]`. */
  excludedOperators: z.array(z.string().regex(/^\w+$/)).default([]),
  /** Where TensorRT cannot run a part of the graph: `cuda` then the CPU, or the CPU alone. */
  fallback: z.enum(['cuda', 'cpu']).default('cuda'),
  /** More options of the provider by its own names, e.g. `{ "trt_auxiliary_streams": "0" }`; they win over all above. */
  providerOptions: z.record(z.string().regex(/^trt_[a-z0-9_]+$/), z.string()).default({}),
  /** Threads of what runs on the CPU. `OpenOptions.intraOpThreads` wins. */
  intraOpThreads: z.int().min(1).max(1024).optional(),
  /** How often the build of an engine is told of, in seconds. */
  progressSeconds: z.number().min(0.01).max(3600).default(15),
  /** 0 verbose, 1 info, 2 warning, 3 error, 4 fatal; goes to stderr. */
  logSeverityLevel: z.literal([0, 1, 2, 3, 4]).default(3),
  sessionConfig: z.record(z.string().min(1), z.string()).default({}),
});

export type TensorRtOptions = z.output<typeof tensorRtOptionsSchema>;
