import { z } from 'zod';

/** Number of the graphics card, as the driver counts them. */
const deviceId = z.int().min(0).max(255).optional();
const bufferCache = z.enum(['disabled', 'lazyRelease', 'simple', 'bucket']).optional();

/**
 * Options of the execution providers: exactly those that the binding of onnxruntime-node 1.30 reads
 * (js/node/src/session_options_helper.cc of the ONNX Runtime project). It ignores every other one without a word, so
 * every other one is refused here.
 */
export const providerOptionsSchema = z.strictObject({
  /** It has none: memory arena, threads and spinning are options of the session. */
  cpu: z.strictObject({}).optional(),
  cuda: z.strictObject({ deviceId }).optional(),
  /** Precision, workspace and caches of TensorRT are not passed on. */
  tensorrt: z.strictObject({ deviceId }).optional(),
  dml: z.strictObject({ deviceId }).optional(),
  /** Bits of `COREML_FLAG_...`, coreml_provider_factory.h: 1 CPU only, 2 subgraphs, 4 only with a neural engine, 8 static shapes only, 16 ML program, 32 CPU and GPU. */
  coreml: z.strictObject({ coreMlFlags: z.int().min(0).max(63).optional() }).optional(),
  webgpu: z
    .strictObject({
      preferredLayout: z.enum(['NCHW', 'NHWC']).optional(),
      validationMode: z.enum(['disabled', 'wgpuOnly', 'basic', 'full']).optional(),
      enableRobustness: z.boolean().optional(),
      /** Names of nodes that run on the CPU. */
      forceCpuNodeNames: z.array(z.string()).optional(),
      storageBufferCacheMode: bufferCache,
      uniformBufferCacheMode: bufferCache,
      queryResolveBufferCacheMode: bufferCache,
      defaultBufferCacheMode: bufferCache,
    })
    .optional(),
});
