import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRegistry,
  parseModelReference,
  silentLogger,
  type Logger,
  type ModelPackage,
  type ModelRegistry,
} from '@care/registry-core';
import { onTestFinished } from 'vitest';
import plugin, { type HuggingfaceOptions } from '../index.js';
import { HubServer } from './hub-server.fixture.js';

export interface HostOptions {
  readonly options?: HuggingfaceOptions;
  readonly env?: Readonly<Record<string, string>>;
  readonly offline?: boolean;
  readonly logger?: Logger;
}

/** A host with folders of its own, and a Hub. */
export class HubHost {
  private constructor(
    readonly folder: string,
    readonly server: HubServer,
  ) {}

  /** Ends with the test. */
  static async start(): Promise<HubHost> {
    const host = await HubHost.open();
    onTestFinished(() => host.close());
    return host;
  }

  static async open(): Promise<HubHost> {
    return new HubHost(await mkdtemp(join(tmpdir(), 'care-hf-')), await HubServer.start());
  }

  get env(): Readonly<Record<string, string>> {
    return {
      HF_ENDPOINT: this.server.endpoint,
      HF_HOME: join(this.folder, 'hf'),
      CARE_CACHE_DIR: join(this.folder, 'care'),
      HOME: this.folder,
    };
  }

  get hubCache(): string {
    return join(this.folder, 'hf', 'hub');
  }

  /** As a host makes it: another process with the same folders, as far as a registry can tell. */
  registry({
    options = {},
    env = {},
    offline = false,
    logger = silentLogger,
  }: HostOptions = {}): ModelRegistry {
    const context = { rootDir: this.folder, env: { ...this.env, ...env }, logger, offline };
    return createRegistry(plugin, options, context);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export const resolve = (registry: ModelRegistry, reference: string): Promise<ModelPackage> =>
  registry.resolve(parseModelReference(reference));

/** The package with all files of a variant here; its default variant unless named. */
export async function fetched(
  registry: ModelRegistry,
  reference: string,
  variantId?: string,
): Promise<ModelPackage> {
  const model = await resolve(registry, reference);
  const [first] = model.variants;
  if (registry.fetch === undefined || first === undefined) throw new Error('nothing to fetch');
  return registry.fetch(model, variantId ?? first.id);
}
