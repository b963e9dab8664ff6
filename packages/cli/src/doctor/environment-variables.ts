import { redactUrl } from '@care/artifact-store';

/** Environment variables that CARE and its plugins read, and whether their value may be shown; an address without what is secret in it. */
const KNOWN = {
  LOCAL_MODELS_ENABLED: 'shown',
  LOCAL_MODELS_DIR: 'shown',
  CARE_OFFLINE: 'shown',
  CARE_CACHE_DIR: 'shown',
  MODEL_CACHE_DIR: 'shown',
  CARE_CACHE_MAX_BYTES: 'shown',
  CARE_CA_FILE: 'shown',
  ROBOFLOW_API_KEY: 'secret',
  API_KEY: 'secret',
  ROBOFLOW_API_HOST: 'address',
  API_BASE_URL: 'address',
  ROBOFLOW_REGION: 'shown',
  ROBOFLOW_ENVIRONMENT: 'shown',
  ROBOFLOW_API_REQUEST_TIMEOUT: 'shown',
  SECURE_GATEWAY: 'address',
  LICENSE_SERVER: 'address',
  OFFLINE_MODE: 'shown',
  INFERENCE_HOME: 'shown',
  HF_TOKEN: 'secret',
  HUGGING_FACE_HUB_TOKEN: 'secret',
  HF_TOKEN_PATH: 'shown',
  HF_ENDPOINT: 'address',
  HF_HOME: 'shown',
  HF_HUB_CACHE: 'shown',
  HUGGINGFACE_HUB_CACHE: 'shown',
  HF_HUB_OFFLINE: 'shown',
  TRANSFORMERS_OFFLINE: 'shown',
  HF_HUB_DISABLE_IMPLICIT_TOKEN: 'shown',
  HF_HUB_DISABLE_SYMLINKS: 'shown',
  NO_COLOR: 'shown',
  FORCE_COLOR: 'shown',
  CUDA_VISIBLE_DEVICES: 'shown',
  OMP_NUM_THREADS: 'shown',
  ONNXRUNTIME_NODE_INSTALL: 'shown',
  HTTPS_PROXY: 'secret',
  HTTP_PROXY: 'secret',
  NO_PROXY: 'shown',
  SSL_CERT_FILE: 'shown',
  REQUESTS_CA_BUNDLE: 'shown',
  NODE_EXTRA_CA_CERTS: 'shown',
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
    if (kind === 'secret') return [{ name }];
    return [{ name, value: kind === 'address' ? redactUrl(value) : value }];
  });
}
