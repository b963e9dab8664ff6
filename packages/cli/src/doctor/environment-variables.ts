/** Environment variables that CARE and its plugins read, and whether their value may be shown. */
const KNOWN = {
  LOCAL_MODELS_ENABLED: 'shown',
  LOCAL_MODELS_DIR: 'shown',
  MODEL_CACHE_DIR: 'shown',
  ROBOFLOW_API_KEY: 'secret',
  API_KEY: 'secret',
  HF_TOKEN: 'secret',
  NO_COLOR: 'shown',
  FORCE_COLOR: 'shown',
  CUDA_VISIBLE_DEVICES: 'shown',
  OMP_NUM_THREADS: 'shown',
  ONNXRUNTIME_NODE_INSTALL: 'shown',
  HTTPS_PROXY: 'secret',
} as const;

export interface SeenVariable {
  readonly name: string;
  /** Absent for secrets: that they are set is all that is told. */
  readonly value?: string;
}

/** The known variables that are set. A proxy's address may hold a password, so it counts as secret. */
export function seenVariables(env: Readonly<Record<string, string | undefined>>): SeenVariable[] {
  return Object.entries(KNOWN).flatMap(([name, kind]) => {
    const value = env[name];
    if (value === undefined) return [];
    return [kind === 'secret' ? { name } : { name, value }];
  });
}
