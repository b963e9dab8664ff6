import type { z } from 'zod';
import { CONTRACT_VERSION, type ContractVersion } from './contract-version.js';
import type { InferenceBackend } from './inference-backend.js';
import type { Logger } from './logger.js';
import type { ModelRegistry } from './model-registry.js';

/** What a host gives every plugin it creates. */
export interface PluginContext {
  /** Root of the host application; relative paths in options are relative to it. */
  readonly rootDir: string;
  /** Environment variables; plugins never read `process.env` themselves. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** True: nothing may touch the network; what is not local already is `OFFLINE`. Absent: false. */
  readonly offline?: boolean;
}

interface PluginDefinitionBase<Schema extends z.ZodType> {
  readonly contract: ContractVersion;
  readonly name: string;
  /** Schema of the host's options for this plugin; `{}` must be valid for it to work without configuration. */
  readonly options: Schema;
}

/** What a registry plugin's module exports by default. */
export interface RegistryDefinition<
  Schema extends z.ZodType = z.ZodType,
> extends PluginDefinitionBase<Schema> {
  readonly kind: 'registry';
  create(options: z.output<Schema>, context: PluginContext): ModelRegistry;
}

/** What a backend plugin's module exports by default. */
export interface BackendDefinition<
  Schema extends z.ZodType = z.ZodType,
> extends PluginDefinitionBase<Schema> {
  readonly kind: 'backend';
  create(options: z.output<Schema>, context: PluginContext): InferenceBackend;
}

/** Declares a registry plugin; the module's default export. */
export function defineRegistry<Schema extends z.ZodType>(
  definition: Omit<RegistryDefinition<Schema>, 'kind' | 'contract'>,
): RegistryDefinition<Schema> {
  return { ...definition, kind: 'registry', contract: CONTRACT_VERSION };
}

/** Declares a backend plugin; the module's default export. */
export function defineBackend<Schema extends z.ZodType>(
  definition: Omit<BackendDefinition<Schema>, 'kind' | 'contract'>,
): BackendDefinition<Schema> {
  return { ...definition, kind: 'backend', contract: CONTRACT_VERSION };
}
