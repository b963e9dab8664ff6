import { descending, nearNames, selectVersion } from '@care/model-manifest';
import {
  CareError,
  CONTRACT_VERSION,
  isCareError,
  type DeploymentSpec,
  type FetchOptions,
  type ModelPackage,
  type ModelReference,
  type ModelRegistry,
  type ModelSummary,
  type PluginContext,
  type RegistryCallOptions,
  type RegistryChange,
  type StaleAnswer,
} from '@care/registry-core';
import type { Recalled } from '@care/artifact-store';
import { connect, type Connection } from './connection.js';
import { describePackage } from './files/describe-package.js';
import { bringVariant, findVariant, formatOf, namedModels, type LocalVariant } from './files/model-files.js';
import type { Settings } from './options.js';
import { pollServer } from './poll-server.js';
import { readServer } from './served/read-server.js';
import { servedModelsSchema, type ServedModels } from './served/served-models.js';
import { addressOf } from './served/server-paths.js';
import { understand, type ServedManifest, type Understood } from './served/understand.js';

export const REGISTRY_NAME = 'http';

interface Answer {
  readonly connection: Connection;
  readonly served: ServedModels;
  readonly understood: Understood;
  readonly stale?: StaleAnswer | undefined;
}

/** Manifests and model files of a static file server or object store, listed by an index. */
export class HttpRegistry implements ModelRegistry {
  readonly contract = CONTRACT_VERSION;
  readonly name = REGISTRY_NAME;
  readonly #polls = new Set<() => Promise<void>>();
  #connection: Connection | undefined;
  /** The last answer, so that only what has changed is transferred. */
  #served: ServedModels | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly context: PluginContext,
  ) {}

  async resolve(reference: ModelReference, { signal }: RegistryCallOptions = {}): Promise<ModelPackage> {
    const answer = await this.#answer(signal);
    if (answer === undefined) throw this.#noServer(reference);
    return await this.#package(answer, this.#choose(answer.understood, reference));
  }

  async list({ signal }: RegistryCallOptions = {}): Promise<readonly ModelSummary[]> {
    const answer = await this.#answer(signal);
    if (answer === undefined) return [];
    const { manifests } = answer.understood;
    const ids = [...new Set(manifests.map(({ manifest }) => manifest.model_id))].sort();
    return ids.flatMap((id) =>
      descending(versionsOf(manifests, id)).map(({ served: { manifest, path }, version }): ModelSummary => ({
        modelId: id,
        ...(version === undefined ? {} : { version }),
        task: manifest.task_type === 'keypoint-detection' ? 'pose-estimation' : manifest.task_type,
        source: this.#label(answer.connection, path),
      })),
    );
  }

  async deployment(
    modelId: string,
    { signal }: RegistryCallOptions = {},
  ): Promise<DeploymentSpec | undefined> {
    const understood = (await this.#answer(signal))?.understood;
    const stated = understood?.deployments.find(({ spec }) => spec.modelId === modelId);
    if (stated !== undefined) return stated.spec;
    const broken = understood?.brokenDeployments.find((one) => one.modelId === modelId);
    if (broken !== undefined) throw broken.error;
    return undefined;
  }

  async fetch(model: ModelPackage, variantId: string, options: FetchOptions = {}): Promise<ModelPackage> {
    const { modelId, version } = model;
    const answer = await this.#answer(options.signal);
    const found = answer?.understood.manifests.find(
      ({ manifest }) => manifest.model_id === modelId && manifest.version === version,
    );
    if (answer === undefined || found === undefined) {
      throw new CareError(
        'MODEL_NOT_FOUND',
        `The server no longer has ${modelId}${version === undefined ? '' : ` ${version}`}.`,
      );
    }
    const index = model.variants.findIndex(({ id }) => id === variantId);
    return await this.#package(answer, found, { index, options });
  }

  async watch(listener: (change: RegistryChange) => void): Promise<() => Promise<void>> {
    const connection = this.#connect();
    const { pollMs, offline } = this.settings;
    if (connection === undefined || pollMs === 0 || offline) return () => Promise.resolve();
    const stop = await pollServer({
      connection,
      everyMs: pollMs,
      read: async (signal) => {
        const { value, stale } = await this.#recall(connection, 0, signal);
        if (stale !== undefined) throw new CareError('REGISTRY_UNAVAILABLE', stale.reason);
        return value;
      },
      understand: (served) => understand(served, (path) => this.#label(connection, path)),
      listener,
      logger: this.context.logger,
    });
    this.#polls.add(stop);
    return async () => {
      this.#polls.delete(stop);
      await stop();
    };
  }

  async dispose(): Promise<void> {
    const polls = [...this.#polls];
    this.#polls.clear();
    await Promise.all(polls.map((stop) => stop()));
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  #connect(): Connection | undefined {
    const { index } = this.settings;
    return index === undefined
      ? undefined
      : (this.#connection ??= connect(this.settings, index, this.context));
  }

  /** Undefined when no server is configured. */
  async #answer(signal: AbortSignal | undefined): Promise<Answer | undefined> {
    if (signal?.aborted === true)
      throw new CareError('ABORTED', 'the request was cancelled', { cause: signal.reason });
    const connection = this.#connect();
    if (connection === undefined) return undefined;
    const { freshMs } = this.settings;
    const { value: served, stale } = await this.#recall(connection, freshMs, signal);
    this.#served ??= served;
    const understood = understand(served, (path) => this.#label(connection, path));
    return { connection, served, understood, stale };
  }

  /** What the server says, or said when it cannot be asked. */
  #recall(
    connection: Connection,
    freshMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Recalled<ServedModels>> {
    return connection.memory.recall({
      store: connection.store,
      namespace: connection.namespace,
      key: 'models',
      schema: servedModelsSchema,
      offline: this.settings.offline,
      freshMs,
      ask: async (inner) => (this.#served = await readServer(connection, this.#served, inner)),
      signal,
      logger: this.context.logger,
    });
  }

  #choose({ manifests, deployments, broken }: Understood, reference: ModelReference): ServedManifest {
    const { raw, modelId, selector } = reference;
    const aliases = deployments.find(({ spec }) => spec.modelId === modelId)?.spec.aliases ?? {};
    const wanted = selector !== undefined && Object.hasOwn(aliases, selector) ? aliases[selector] : selector;
    const versions = versionsOf(manifests, modelId);
    const chosen = selectVersion(versions, wanted);
    if (chosen !== undefined) return chosen.served;
    // One that does not even say what it is of may be of this model: nobody knows.
    const spoilt =
      broken.find((one) => one.modelId === modelId) ?? broken.find((one) => one.modelId === undefined);
    if (spoilt !== undefined) throw spoilt.error;
    const known = versions.map(({ version }) => version ?? 'one without a version');
    const near = nearNames(modelId, [...new Set(manifests.map(({ manifest }) => manifest.model_id))]);
    const remedy =
      known.length > 0
        ? `Ask for one that is there: ${known.join(', ')}.`
        : near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : 'Add its manifest to the index of the server.';
    throw new CareError('MODEL_NOT_FOUND', `The server has no model "${raw}".`, {
      remedy,
      details: { registry: REGISTRY_NAME, modelId, ...(selector === undefined ? {} : { selector }) },
    });
  }

  /** @param bringing the variant whose files are to be here */
  async #package(
    { connection, stale }: Answer,
    { manifest, path }: ServedManifest,
    bringing?: { readonly index: number; readonly options: FetchOptions },
  ): Promise<ModelPackage> {
    const manifestUrl = addressOf(path, connection.index, connection.index, 'the index');
    const files = namedModels(manifest, manifestUrl, connection.index);
    const local: (LocalVariant | undefined)[] = [];
    for (const [index, file] of files.entries()) {
      const format = formatOf(manifest, index);
      const wanted = bringing?.index === index;
      local.push(
        wanted
          ? await bringVariant(connection, file, format, bringing.options)
          : await findVariant(connection, file, format, stale !== undefined),
      );
    }
    const hashes = local.flatMap((one) => (one === undefined ? [] : [one.model, ...one.external]));
    // Kept from eviction as long as this registry lives.
    if (bringing !== undefined) await connection.store.lease(hashes.map(({ sha256 }) => sha256));
    return describePackage(manifest, { source: this.#label(connection, path), files, local, stale });
  }

  /** An address without what is secret in it. */
  #label({ index, http }: Connection, path: string): string {
    try {
      return http.redact(addressOf(path, index, index, 'the index').href);
    } catch (error) {
      if (isCareError(error)) return path;
      throw error;
    }
  }

  #noServer({ raw, modelId }: ModelReference): CareError {
    return new CareError('MODEL_NOT_FOUND', `"${raw}" was not found: no server is configured.`, {
      remedy: 'Set the option `index` of the http registry, or CARE_HTTP_INDEX.',
      details: { registry: REGISTRY_NAME, modelId },
    });
  }
}

function versionsOf(manifests: readonly ServedManifest[], modelId: string) {
  return manifests
    .filter(({ manifest }) => manifest.model_id === modelId)
    .map((served) => ({ served, version: served.manifest.version }));
}
