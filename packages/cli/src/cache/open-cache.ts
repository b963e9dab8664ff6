import { resolve } from 'node:path';
import {
  cacheDirectory,
  createArtifactStore,
  createHttpClient,
  type ArtifactStore,
} from '@care/artifact-store';
import { optionsSchema, settingsOf } from '@care/registry-huggingface';
import { silentLogger } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import type { CommonOptions } from '../options/common-options.js';
import { createCliLogger } from '../output/cli-logger.js';

/** The store that all remote registries share. Nothing is downloaded through it. */
export interface OpenedCache extends AsyncDisposable {
  readonly store: ArtifactStore;
}

export function openCache(options: CommonOptions, io: CliIo): OpenedCache {
  const logger = createCliLogger(io, options);
  const client = createHttpClient({ env: io.env, offline: true, logger });
  const store = createArtifactStore({ directory: cacheFolder(io), client, logger });
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store.dispose();
      await client.close();
    },
  };
}

/** Absolute. */
export function cacheFolder({ cwd, env }: Pick<CliIo, 'cwd' | 'env'>): string {
  return resolve(cwd, cacheDirectory(env));
}

/** Files that a registry keeps by itself. */
export interface CacheElsewhere {
  readonly registry: string;
  readonly directory: string;
  readonly because: string;
}

/** What `cache` neither lists nor touches. */
export function cachesElsewhere({ cwd, env }: Pick<CliIo, 'cwd' | 'env'>): CacheElsewhere[] {
  const { cacheDir } = settingsOf(optionsSchema.parse({}), { env, rootDir: cwd, logger: silentLogger });
  const because = "shared with Python's huggingface_hub; its `hf cache` lists and prunes them";
  return [{ registry: 'huggingface', directory: cacheDir, because }];
}

/** Where else files are, for people. */
export function elsewhereText({ registry, directory, because }: CacheElsewhere): string {
  return `Files of registry ${registry} are in ${directory}, ${because}.\n`;
}
