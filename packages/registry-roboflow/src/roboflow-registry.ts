import {
  createArtifactStore,
  createHttpClient,
  createMemory,
  type ArtifactStore,
  type HttpClient,
} from '@care/artifact-store';
import {
  CareError,
  CONTRACT_VERSION,
  isCareError,
  type FetchOptions,
  type Logger,
  type ModelPackage,
  type ModelReference,
  type ModelRegistry,
  type PluginContext,
  type RegistryCallOptions,
} from '@care/registry-core';
import { describe } from './api/describe.js';
import type { RoboflowApi } from './api/roboflow-api.js';
import {
  modelDescription,
  PROTOCOLS,
  type Described,
  type ModelDescription,
  type Protocol,
} from './description/model-description.js';
import { KnownFiles, recordKey } from './download/known-files.js';
import { localPackage } from './download/local-package.js';
import { SignedLinks } from './download/signed-links.js';
import { VariantDownloads } from './download/variant-downloads.js';
import { nearestAlias, roboflowId, type RoboflowId } from './identifiers/roboflow-id.js';
import type { Settings } from './options.js';
import { fromPythonCache } from './python-cache/python-cache.js';
import { REGISTRY_NAME } from './registry-name.js';

/** Models of Roboflow: asked by its protocols, downloaded once, remembered for when it cannot be asked. */
export class RoboflowRegistry implements ModelRegistry {
  readonly contract = CONTRACT_VERSION;
  readonly name = REGISTRY_NAME;
  private readonly api: RoboflowApi;
  private readonly client: HttpClient;
  private readonly store: ArtifactStore;
  private readonly memory: ReturnType<typeof createMemory>;
  private readonly known: KnownFiles;
  private readonly links = new SignedLinks();
  private readonly downloads: VariantDownloads;
  /** By what protocol Roboflow has answered before: it is asked by that first. */
  private readonly answeredBy = new Map<string, Protocol>();
  private readonly namespace: string;
  private disposed: Promise<void> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly logger: Logger,
    env: PluginContext['env'],
  ) {
    const { apiKey, offline, timeoutMs, attempts, cacheDir: directory, cacheMaxBytes: maxBytes } = settings;
    this.client = createHttpClient({
      env,
      offline,
      logger,
      secrets: apiKey === undefined ? [] : [apiKey],
      userAgent: 'care-registry-roboflow',
      ...(timeoutMs === undefined ? {} : { requestTimeoutMs: timeoutMs }),
      ...(attempts === undefined ? {} : { attempts }),
    });
    this.api = { client: this.client, settings };
    this.store = createArtifactStore({
      directory,
      client: this.client,
      logger,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    this.memory = createMemory();
    this.namespace = `${REGISTRY_NAME} ${new URL(settings.modelsHost).host}`;
    this.known = new KnownFiles(this.store, `${this.namespace} files`);
    this.downloads = new VariantDownloads(this.store, this.known, this.links);
  }

  async resolve(reference: ModelReference, { signal }: RegistryCallOptions = {}): Promise<ModelPackage> {
    throwIfAborted(signal);
    const id = roboflowId(reference);
    const { pythonCache: root, resize: reading } = this.settings;
    if (root !== undefined) {
      const cached = await fromPythonCache({ root, id: id.id, reference, reading, signal }, this.logger);
      if (cached !== undefined) return cached;
    }
    const { value, stale } = await this.recall(id, reference, signal);
    const model = await localPackage(value, this.known, { signal });
    return stale === undefined ? model : { ...model, stale };
  }

  async fetch(model: ModelPackage, variantId: string, options: FetchOptions = {}): Promise<ModelPackage> {
    const { signal } = options;
    throwIfAborted(signal);
    const variant = model.variants.find(({ id }) => id === variantId);
    if (variant?.artifacts.every(({ path }) => path !== undefined) === true && variant.inputs !== undefined) {
      // Of the Python tools' folder, or resolved when it was here already: the lease is what is left to do.
      await this.downloads.hold(variant);
      return model;
    }
    const reference = referenceTo(model);
    const id = roboflowId(reference);
    const description = await this.described(id, reference, signal);
    await this.downloads.fetch(description, variantId, {
      ...options,
      ask: async () => (await this.ask(id, reference, signal)).description,
    });
    const local = await localPackage(description, this.known, { required: variantId, signal });
    return model.stale === undefined ? local : { ...local, stale: model.stale };
  }

  async dispose(): Promise<void> {
    this.disposed ??= this.store.dispose().then(() => this.client.close());
    await this.disposed;
  }

  private recall(
    id: RoboflowId,
    reference: ModelReference,
    signal: AbortSignal | undefined,
  ): ReturnType<typeof this.memory.recall<ModelDescription>> {
    const { offline, refreshMs } = this.settings;
    return this.memory.recall({
      store: this.store,
      namespace: this.namespace,
      key: recordKey(reference),
      schema: modelDescription,
      offline,
      freshMs: refreshMs,
      signal,
      logger: this.logger,
      ask: async (asking) => (await this.ask(id, reference, asking)).description,
    });
  }

  /** What was said of the model when it was resolved; asked for when nothing is kept. */
  private async described(
    id: RoboflowId,
    reference: ModelReference,
    signal: AbortSignal | undefined,
  ): Promise<ModelDescription> {
    const record = await this.store.records.read(this.namespace, recordKey(reference));
    const described = modelDescription.safeParse(record?.value);
    return described.success ? described.data : (await this.recall(id, reference, signal)).value;
  }

  private async ask(
    id: RoboflowId,
    reference: ModelReference,
    signal: AbortSignal | undefined,
  ): Promise<Described> {
    const protocols = await this.protocols(id, reference);
    const inquiry = { id, reference, reading: this.settings.resize, signal };
    const described = await describe(this.api, protocols, inquiry).catch((error: unknown) => {
      throw withAlias(error, reference);
    });
    this.answeredBy.set(id.id, described.description.protocol);
    this.links.keep(described);
    return described;
  }

  /** The one that has answered before comes first, in this process or an earlier one. */
  private async protocols(id: RoboflowId, reference: ModelReference): Promise<readonly Protocol[]> {
    const { protocol } = this.settings;
    if (protocol !== 'auto') return [protocol];
    const first = this.answeredBy.get(id.id) ?? (await this.recordedProtocol(reference)) ?? PROTOCOLS[0];
    return [first, ...PROTOCOLS.filter((other) => other !== first)];
  }

  private async recordedProtocol(reference: ModelReference): Promise<Protocol | undefined> {
    const record = await this.store.records.read(this.namespace, recordKey(reference));
    const described = modelDescription.safeParse(record?.value);
    return described.success ? described.data.protocol : undefined;
  }
}

function referenceTo({ modelId, version }: ModelPackage): ModelReference {
  const raw = version === undefined ? modelId : `${modelId}@${version}`;
  return { raw, modelId, ...(version === undefined ? {} : { selector: version }) };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new CareError('ABORTED', 'The request to Roboflow was cancelled.', { cause: signal.reason });
  }
}

/** A name that is nearly an alias. */
function withAlias(error: unknown, { modelId }: ModelReference): unknown {
  const near = nearestAlias(modelId);
  if (near === undefined || near === modelId || !isCareError(error, 'MODEL_NOT_FOUND')) return error;
  return new CareError('MODEL_NOT_FOUND', error.message, {
    remedy: `Did you mean "${near}"?`,
    details: error.details,
  });
}
