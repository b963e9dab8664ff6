import { z } from 'zod';

/** Options of the `wasm` backend; `{}` must do. Reads no environment variables. */
export const optionsSchema = z.strictObject({
  /** Threads of the engine; 1 when absent. It has one pool for all models: what opens the first of them decides. */
  intraOpThreads: z.int().min(1).max(1024).optional(),
});

export type WasmOptions = z.output<typeof optionsSchema>;
