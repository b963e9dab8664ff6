import { z } from 'zod';
import { providerOptionsSchema } from './provider-options.js';

/** Devices of ONNX Runtime's Node binding; each is the execution provider of the same name. */
export const ORT_DEVICES = ['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;
export type OrtDevice = (typeof ORT_DEVICES)[number];

const threads = z.number().int().min(0).max(1024);

const optimizedModelCacheSchema = z.strictObject({
  /** Absent: `ort-optimized` in CARE's cache directory, which the environment names. */
  dir: z.string().min(1).optional(),
  /** The least recently used are removed beyond it; default 1 GiB. */
  maxBytes: z
    .int()
    .min(0)
    .default(2 ** 30),
});

/**
 * Options of the `ort` backend. Every one has a default: `{}` runs on the CPU. Environment variables are read for the place
 * of the optimised models only: CARE_CACHE_DIR, MODEL_CACHE_DIR, XDG_CACHE_HOME, HOME (Windows: LOCALAPPDATA).
 */
export const ortOptionsSchema = z.strictObject({
  /** Devices in the order they are tried when the caller names none; the first that is available is taken. */
  devices: z.array(z.enum(ORT_DEVICES)).min(1).default(['cpu']),
  /** Provider options by device, e.g. `{ "cuda": { "deviceId": 1 } }`. */
  providerOptions: providerOptionsSchema.default({}),
  /** Threads inside one operator; 0 or absent: the engine's choice. `OpenOptions.intraOpThreads` wins. */
  intraOpThreads: threads.optional(),
  /** Threads across operators; used with `executionMode: 'parallel'` only. */
  interOpThreads: threads.optional(),
  /**
   * What threads of the engine do while they wait for work: `on` spin for a while, which saves the time of waking them and
   * costs processor time; `off` sleep; `between-runs-off` spin during a run and sleep when it ends. Absent: the engine's, `on`.
   */
  spinning: z.enum(['on', 'off', 'between-runs-off']).optional(),
  executionMode: z.enum(['sequential', 'parallel']).default('sequential'),
  graphOptimizationLevel: z.enum(['disabled', 'basic', 'extended', 'layout', 'all']).default('all'),
  /** Keeps what the engine's graph optimisation yields, so that a model opens faster the next time; `false` turns it off. */
  optimizedModelCache: z.union([z.literal(false), optimizedModelCacheSchema]).prefault({}),
  enableCpuMemArena: z.boolean().default(true),
  enableMemPattern: z.boolean().default(true),
  /** Writes a Chrome trace of every session, named `<prefix>_<time>.json`, when the session is disposed. */
  profiling: z.strictObject({ prefix: z.string().min(1) }).optional(),
  /** 0 verbose, 1 info, 2 warning, 3 error, 4 fatal; goes to stderr. */
  logSeverityLevel: z.literal([0, 1, 2, 3, 4]).default(3),
  /** Session configuration entries by their full key, e.g. `{ "session.set_denormal_as_zero": "1" }`; they win over the options. */
  sessionConfig: z.record(z.string().min(1), z.string()).default({}),
});

export type OrtOptions = z.output<typeof ortOptionsSchema>;
