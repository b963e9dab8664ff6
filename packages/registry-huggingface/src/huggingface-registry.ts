import { createHash } from 'node:crypto';
import { readOnnxFile } from '@care/model-manifest';
import {
  CareError,
  CONTRACT_VERSION,
  isCareError,
  type FetchOptions,
  type JsonValue,
  type ModelPackage,
  type ModelReference,
  type ModelRegistry,
  type PluginContext,
  type RegistryCallOptions,
  type StaleAnswer,
} from '@care/registry-core';
import { HubCache } from './cache/hub-cache.js';
import { snapshotSource } from './cache/snapshot-source.js';
import { checkDescription } from './describe/check-description.js';
import { describePackage, type LocalVariant } from './describe/describe-package.js';
import { CONFIG_FILE, describeRepository, PROCESSOR_FILE } from './describe/describe-repository.js';
import { descriptionSchema, type DescribedVariant, type Description } from './describe/description.js';
import { fileAt } from './describe/repository-source.js';
import type { Settings } from './environment.js';
import { fetchFiles, fetchVariant } from './fetch-variant.js';
import { connect, type HubConnection } from './hub/hub-connection.js';
import { hubSource } from './hub/hub-source.js';
import type { ModelOptions } from './options.js';
import { repositoryName, type RepositoryName } from './repository-name.js';
import { REGISTRY_NAME } from './registry-name.js';

const MAIN = 'main';
const COMMIT = /^[0-9a-f]{40}$/;
const DEFAULT_HOST = 'huggingface.co';

interface Answer {
  readonly description: Description;
  readonly stale?: StaleAnswer;
}

/** ONNX vision models in repositories of the Hugging Face Hub, kept in the cache of Python's huggingface_hub. */
export class HuggingfaceRegistry implements ModelRegistry {
  readonly contract = CONTRACT_VERSION;
  readonly name = REGISTRY_NAME;
  readonly #cache: HubCache;
  /** Holds the environment, and with it the token: nothing that prints a registry shows it. */
  readonly #context: PluginContext;
  #connection: Promise<HubConnection> | undefined;

  constructor(
    private readonly settings: Settings,
    context: PluginContext,
  ) {
    this.#context = context;
    this.#cache = new HubCache(settings);
  }

  async resolve(reference: ModelReference, { signal }: RegistryCallOptions = {}): Promise<ModelPackage> {
    throwIfAborted(signal);
    const name = repositoryName(reference);
    if (name === undefined) throw noRepository(reference);
    const { description, stale } = await this.#answer(name, signal);
    const local = await Promise.all(
      description.variants.map((variant) => this.#localVariant(description, variant, signal)),
    );
    return this.#package(reference.modelId, name, description, local, stale);
  }

  async fetch(model: ModelPackage, variantId: string, options: FetchOptions = {}): Promise<ModelPackage> {
    const { signal } = options;
    throwIfAborted(signal);
    const { modelId, version, stale } = model;
    const reference = { raw: modelId, registry: REGISTRY_NAME, modelId };
    const name = repositoryName(version === undefined ? reference : { ...reference, selector: version });
    if (name === undefined) throw noRepository(reference);
    const { description } = await this.#answer(name, signal);
    const index = description.variants.findIndex(({ id }) => id === variantId);
    const variant = description.variants[index];
    if (variant === undefined) throw noVariant(model, variantId, description);
    const connection = await this.#connect();
    const fetching = { ...options, connection, cache: this.#cache, description };
    const fetched = await fetchVariant(variant, fetching);
    await fetchFiles(description.probes, new Map(), fetching);
    const variants = description.variants.with(index, fetched.variant);
    const local = await Promise.all(
      variants.map((one, at) =>
        at === index ? Promise.resolve(fetched.local) : this.#localVariant(description, one, signal),
      ),
    );
    const revision = revisionOf(model) ?? name.revision;
    const asked = { ...name, ...(revision === undefined ? {} : { revision }) };
    return this.#package(modelId, asked, { ...description, variants }, local, stale);
  }

  async dispose(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await (await connection)?.close();
  }

  #connect(): Promise<HubConnection> {
    return (this.#connection ??= connect(this.settings, this.#context));
  }

  /** What is known of a model: asked, remembered, or read from what the cache holds. */
  async #answer(name: RepositoryName, signal: AbortSignal | undefined): Promise<Answer> {
    const { memory, store } = await this.#connect();
    const { offline } = this.settings;
    const revision = name.revision ?? MAIN;
    const options = this.#optionsOf(name);
    try {
      const { value, stale } = await memory.recall({
        store,
        namespace: this.#namespace(),
        key: recordKey(name, revision, options),
        schema: descriptionSchema,
        offline,
        // A commit never changes.
        freshMs: COMMIT.test(revision) ? Infinity : 0,
        ask: () => this.#ask(name, revision, options, signal),
        signal,
        logger: this.#context.logger,
      });
      return { description: value, ...(stale === undefined ? {} : { stale }) };
    } catch (error) {
      if (!isCareError(error, 'OFFLINE', 'REGISTRY_UNAVAILABLE', 'REGISTRY_TIMEOUT')) throw error;
      throwIfAborted(signal);
      const found = await snapshotSource(this.#cache, name.repo, revision, signal);
      if (found === undefined) throw error;
      const description = await describeRepository(found.source, name, options);
      const reason = offline ? 'the host is offline' : error.message;
      return {
        description,
        ...(found.since === undefined ? {} : { stale: { since: found.since.toISOString(), reason } }),
      };
    }
  }

  async #ask(
    name: RepositoryName,
    revision: string,
    options: ModelOptions,
    signal: AbortSignal | undefined,
  ): Promise<Description> {
    const { hub, store } = await this.#connect();
    const { repo } = name;
    const found = await hub.revision(repo, revision, signal);
    const source = hubSource(hub, this.#cache, repo, found, signal);
    const description = await describeRepository(source, name, options);
    const { commit } = found;
    // By its commit the model can be fetched later, whatever the branch is then.
    await store.records.write(this.#namespace(), recordKey(name, commit, options), toJson(description));
    await this.#cache.writeRef(repo, revision, commit);
    for (const path of [CONFIG_FILE, PROCESSOR_FILE]) {
      if (fileAt(source, path) === undefined) await this.#cache.writeAbsent(repo, commit, path);
    }
    return description;
  }

  async #localVariant(
    { repo, commit }: Description,
    variant: DescribedVariant,
    signal: AbortSignal | undefined,
  ): Promise<LocalVariant> {
    const paths = new Map<string, string>();
    for (const file of variant.files) {
      const path = await this.#cache.find({ repo, commit, file });
      if (path !== undefined) paths.set(file.path, path);
    }
    const [model] = variant.files;
    const modelPath = model === undefined ? undefined : paths.get(model.path);
    if (modelPath === undefined || paths.size < variant.files.length || variant.format !== 'onnx')
      return { paths };
    try {
      return { paths, onnx: await readOnnxFile(modelPath, signal === undefined ? {} : { signal }) };
    } catch (error) {
      // What is damaged is as good as not here: fetching brings it anew.
      if (isCareError(error, 'ARTIFACT_CORRUPT', 'ARTIFACT_MISSING')) return { paths: new Map() };
      throw error;
    }
  }

  async #package(
    modelId: string,
    name: RepositoryName,
    description: Description,
    local: readonly LocalVariant[],
    stale: StaleAnswer | undefined,
  ): Promise<ModelPackage> {
    const { repo, commit, variants } = description;
    variants.forEach(({ files: [model] }, index) => {
      const onnx = local[index]?.onnx;
      if (onnx !== undefined && model !== undefined) checkDescription(description, model.path, onnx);
    });
    const pictures = await Promise.all(
      description.probes.map((file) => this.#cache.find({ repo, commit, file })),
    );
    const probes = pictures.filter((path) => path !== undefined);
    return describePackage(description, {
      modelId,
      endpoint: this.settings.endpoint,
      revision: name.revision ?? MAIN,
      local,
      ...(probes.length === pictures.length ? { probes } : {}),
      ...(stale === undefined ? {} : { stale }),
    });
  }

  #optionsOf({ repo, file }: RepositoryName): ModelOptions {
    const { models } = this.settings;
    const names = file === undefined ? [repo] : [`${repo}/${file}`, repo];
    const stated = names.find((name) => Object.hasOwn(models, name));
    return (stated === undefined ? undefined : models[stated]) ?? {};
  }

  #namespace(): string {
    const { host } = new URL(this.settings.endpoint);
    return host === DEFAULT_HOST ? REGISTRY_NAME : `${REGISTRY_NAME} ${host}`;
  }
}

/** What the host states is part of the question: with other options the answer is another. */
function recordKey({ repo, file }: RepositoryName, revision: string, options: ModelOptions): string {
  const name = `${repo}${file === undefined ? '' : `/${file}`}@${revision}`;
  if (Object.keys(options).length === 0) return name;
  return `${name} ${createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 12)}`;
}

/** Without the fields that are undefined: they are not JSON. */
const toJson = (description: Description): JsonValue => JSON.parse(JSON.stringify(description)) as JsonValue;

function revisionOf({ metadata: { huggingface: stated } }: ModelPackage): string | undefined {
  if (typeof stated !== 'object' || stated === null || !('revision' in stated)) return undefined;
  return typeof stated.revision === 'string' ? stated.revision : undefined;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new CareError('ABORTED', 'Asking the Hugging Face Hub was cancelled.', { cause: signal.reason });
}

function noRepository({ raw, modelId }: ModelReference): CareError {
  return new CareError(
    'MODEL_NOT_FOUND',
    `The Hugging Face Hub can have no model "${modelId}": its models are named org/name.`,
    {
      remedy: 'Write huggingface:org/name, huggingface:org/name@revision or huggingface:org/name/file.onnx.',
      details: { reference: raw },
    },
  );
}

function noVariant({ modelId }: ModelPackage, variantId: string, { variants }: Description): CareError {
  const known = variants.map(({ id }) => id);
  return new CareError('ARTIFACT_MISSING', `${modelId} has no variant "${variantId}".`, {
    remedy: `Choose one of ${known.join(', ')}.`,
    details: { modelId, variantId, variants: known },
  });
}
