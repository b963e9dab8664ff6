import {
  createArtifactStore,
  createHttpClient,
  createMemory,
  redactUrl,
  type Memory,
} from '@care/artifact-store';
import type { PluginContext } from '@care/registry-core';
import type { FilesAccess } from './files/model-files.js';
import type { Settings } from './options.js';

/** What it takes to ask the server and to keep what it gives. */
export interface Connection extends FilesAccess {
  readonly memory: Memory;
  close(): Promise<void>;
}

export function connect(settings: Settings, index: URL, { env, logger }: PluginContext): Connection {
  const { token, offline, cacheDir } = settings;
  const http = createHttpClient({
    env,
    offline,
    secrets: token === undefined ? [] : [token],
    logger,
    userAgent: 'care-registry-http',
  });
  const store = createArtifactStore({ directory: cacheDir, client: http, logger });
  return {
    http,
    store,
    memory: createMemory(),
    index,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    namespace: `http ${redactUrl(index.href)}`,
    async close() {
      await store.dispose();
      await http.close();
    },
  };
}
