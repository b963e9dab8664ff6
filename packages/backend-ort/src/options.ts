import { z } from 'zod';

/** Devices of ONNX Runtime's Node binding; each is the execution provider of the same name. */
export const ORT_DEVICES = ['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;
export type OrtDevice = (typeof ORT_DEVICES)[number];

const threads = z.number().int().min(0).max(1024);
const providerValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** Options of the `ort` backend. Every one has a default: `{}` runs on the CPU. Reads no environment variables. */
export const ortOptionsSchema = z.strictObject({
  /** Devices in the order they are tried when the caller names none; the first that is available is taken. */
  devices: z.array(z.enum(ORT_DEVICES)).min(1).default(['cpu']),
  /** Provider options by device, passed to the binding as they are, e.g. `{ "cuda": { "deviceId": 1 } }`. */
  providerOptions: z.partialRecord(z.enum(ORT_DEVICES), z.record(z.string(), providerValue)).default({}),
  /** Threads inside one operator; 0 or absent: the engine's choice. `OpenOptions.intraOpThreads` wins. */
  intraOpThreads: threads.optional(),
  /** Threads across operators; used with `executionMode: 'parallel'` only. */
  interOpThreads: threads.optional(),
  executionMode: z.enum(['sequential', 'parallel']).default('sequential'),
  graphOptimizationLevel: z.enum(['disabled', 'basic', 'extended', 'layout', 'all']).default('all'),
  enableCpuMemArena: z.boolean().default(true),
  enableMemPattern: z.boolean().default(true),
  /** Writes a Chrome trace of every session, named `<prefix>_<time>.json`, when the session is disposed. */
  profiling: z.strictObject({ prefix: z.string().min(1) }).optional(),
  /** 0 verbose, 1 info, 2 warning, 3 error, 4 fatal; goes to stderr. */
  logSeverityLevel: z.literal([0, 1, 2, 3, 4]).default(3),
  /** Session configuration entries by their full key, e.g. `{ "session.intra_op.allow_spinning": "0" }`. */
  sessionConfig: z.record(z.string().min(1), z.string()).default({}),
});

export type OrtOptions = z.output<typeof ortOptionsSchema>;
