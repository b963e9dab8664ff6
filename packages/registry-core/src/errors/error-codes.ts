/**
 * Every stable error code with the remedy that is shown when the thrower gives none.
 * Codes are part of the public contract: they are added, never renamed.
 */
export const ERROR_CODES = {
  MODEL_NOT_FOUND: 'Check the model reference; `care models` lists what the registries offer.',
  REFERENCE_INVALID: 'Write `id`, `id@version`, `id@^range`, `registry:id` or `registry:id@revision`.',
  MANIFEST_INVALID: 'Correct the manifest; `care validate` shows every problem with file and field.',
  ARTIFACT_MISSING: 'Put the file where the manifest points to, or correct the path.',
  ARTIFACT_CORRUPT: 'Replace the file by an intact copy.',
  REGISTRY_UNAVAILABLE: 'The registry could not answer; check network, permissions and its configuration.',
  REGISTRY_TIMEOUT: 'The registry took too long; raise its timeout or check the connection.',
  UNAUTHORIZED: 'Check the credentials of this registry.',
  PLUGIN_INVALID: 'Reinstall or update the plugin package; `care plugins` shows what is wrong with it.',
  PLUGIN_NOT_FOUND: 'Install the package that provides it; `care plugins` lists what is installed.',
  PLUGIN_AMBIGUOUS: 'Two packages offer this name; name one of them in the host configuration.',
  OPTIONS_INVALID: 'Correct the named option.',
  BACKEND_UNAVAILABLE: 'Install what the backend needs (`care doctor` tells) or choose another backend.',
  MODEL_INCOMPATIBLE:
    'The model file and what is said about it disagree; correct the manifest or the export.',
  INFERENCE_FAILED: 'The backend failed while running the model; see the cause.',
  INPUT_INVALID: 'Correct the input that is named in the message.',
  IMAGE_INVALID: 'The image cannot be decoded; check that it is an intact picture of a supported format.',
  IMAGE_TOO_LARGE: 'Scale the image down, or raise the pixel limit.',
  OVERLOADED: 'The queue of this model is full; retry later, raise the queue limit or add replicas.',
  ABORTED: 'The caller cancelled the operation.',
  TIMEOUT: 'The operation took longer than its deadline.',
  WORKER_CRASHED: 'The worker that ran the model died and has been replaced; the request may be retried.',
  DISPOSED: 'The object has been disposed; load the model again.',
  OUTPUT_FAILED: 'Check that the place can be written to and has room.',
  PATH_FORBIDDEN: 'Keep paths below the allowed directory, or allow others explicitly.',
  PROBE_FAILED:
    'The new version answered its probe images wrongly; see the message. What was live before goes on serving.',
  MEMORY_EXCEEDED:
    'Free memory, raise the memory budget, or let the old version be drained before the new one is loaded.',
  DEPLOYMENT_INVALID: 'Correct the deployment: versions that exist, weights of which one is above 0.',
  ROLLBACK_UNAVAILABLE: 'There is no earlier deployment to go back to; deploy a version instead.',
  OFFLINE: 'Connect to the network, or bring the model into the cache beforehand with `care pull`.',
  DOWNLOAD_FAILED:
    'Check the connection and try again; what was received is kept and the download goes on from there.',
  STORAGE_FULL:
    'Free room on the disk of the cache (`care cache prune`), or put the cache elsewhere by `MODEL_CACHE_DIR`.',
  LOCK_MISMATCH:
    'What the registries offer is not what the lock file says; check it, then run `care lock` again.',
  NOT_MEASURED:
    'Measure it on this machine with `care bench`, or import profiles of a machine that is like it.',
  CONSTRAINTS_UNMET:
    'Loosen the constraint that is named, or measure more: other models, variants, devices, threads.',
  UNSUPPORTED: 'This combination is not supported; see the message for what is.',
} as const satisfies Record<string, string>;

export type CareErrorCode = keyof typeof ERROR_CODES;
