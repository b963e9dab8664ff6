import {
  createArtifactStore,
  createHttpClient,
  createMemory,
  type ArtifactStore,
  type HttpClient,
  type Memory,
} from '@care/artifact-store';
import type { PluginContext } from '@care/registry-core';
import { readToken, type Settings } from '../environment.js';
import { HubClient } from './hub-client.js';

/** What it takes to ask the Hub and to remember its answers. */
export interface HubConnection {
  readonly http: HttpClient;
  readonly hub: HubClient;
  /** For its records alone: files are kept in the cache of huggingface_hub. */
  readonly store: ArtifactStore;
  readonly memory: Memory;
  close(): Promise<void>;
}

/** Reads the token and makes the client; nothing is asked yet. */
export async function connect(settings: Settings, { env, logger }: PluginContext): Promise<HubConnection> {
  const token = await readToken(env);
  const http = createHttpClient({
    env,
    offline: settings.offline,
    secrets: token === undefined ? [] : [token],
    logger,
    userAgent: 'care-registry-huggingface',
  });
  const store = createArtifactStore({ directory: settings.recordsDir, client: http, logger });
  return {
    http,
    hub: new HubClient({ endpoint: settings.endpoint, http, token }),
    store,
    memory: createMemory(),
    async close() {
      await store.dispose();
      await http.close();
    },
  };
}
