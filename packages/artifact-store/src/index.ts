export { cacheDirectory } from './cache-directory.js';
export { createHttpClient } from './http/create-http-client.js';
export type {
  HttpAnswer,
  HttpClient,
  HttpClientOptions,
  HttpSettings,
  JsonAnswer,
  JsonRequestOptions,
  OpenRequest,
} from './http/http-client.js';
export { redactUrl } from './secrets/redact-url.js';
export { redactor } from './secrets/redactor.js';
export { downloadFile, type DownloadFileOptions } from './download/download-file.js';
export type {
  DownloadedFile,
  DownloadOptions,
  DownloadProgress,
  DownloadSource,
} from './download/download-source.js';
export { createArtifactStore } from './store/create-artifact-store.js';
export type {
  ArtifactStore,
  ArtifactStoreOptions,
  FetchAllOptions,
  ListedArtifact,
  PruneOptions,
  PruneReport,
  StoredArtifact,
  VerifyOptions,
  VerifyReport,
} from './store/artifact-store.js';
export type { ListedRecord, RecordStore, StoredRecord } from './store/record-store.js';
export { createMemory } from './memory/create-memory.js';
export type { AnswerSchema, Memory, Recalled, RememberedOptions } from './memory/memory.js';
