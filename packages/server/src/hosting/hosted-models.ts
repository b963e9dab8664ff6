import {
  CareError,
  errorMessage,
  parseModelReference,
  serializeError,
  type Logger,
  type SerializedError,
} from '@care/registry-core';
import type { Care, Deployment, DeploymentEvent, DeploymentOptions } from '@care/model-manager';

/** A model that this server serves or has served. */
export interface HostedModel {
  readonly name: string;
  /** Absent while it is loaded for the first time and after it was unloaded. */
  readonly deployment?: Deployment;
  readonly state: 'loading' | 'serving' | 'unloaded' | 'failed';
  /** Why it could not be loaded. */
  readonly error?: SerializedError;
}

interface Entry {
  readonly name: string;
  readonly reference: string;
  deployment?: Deployment;
  state: HostedModel['state'];
  error?: SerializedError;
  /** Operations on it, one after the other. */
  last: Promise<unknown>;
}

export interface HostedModelsParts {
  readonly care: Care;
  readonly options: DeploymentOptions;
  readonly logger: Logger;
}

/** The models of a server by their name. A name of a request is looked up here and used for nothing else. */
export class HostedModels {
  readonly #parts: HostedModelsParts;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(event: DeploymentEvent) => void>();

  constructor(parts: HostedModelsParts) {
    this.#parts = parts;
  }

  get all(): readonly HostedModel[] {
    return [...this.#entries.values()];
  }

  get deployments(): readonly Deployment[] {
    return this.all.flatMap(({ deployment }) => (deployment === undefined ? [] : [deployment]));
  }

  /** Whether every model that is to be served can take requests. */
  get ready(): boolean {
    return this.all.every(({ state, deployment }) => state === 'unloaded' || deployment?.ready === true);
  }

  find(name: string): HostedModel | undefined {
    return this.#entries.get(name);
  }

  /** The deployment that answers for a name. @throws CareError MODEL_NOT_FOUND, OVERLOADED (being loaded), what kept it from loading */
  deployment(name: string): Deployment {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.state === 'unloaded') throw unknownModel();
    if (entry.deployment !== undefined) return entry.deployment;
    const { code, message } = entry.error ?? {
      code: 'OVERLOADED' as const,
      message: 'the model is being loaded',
    };
    throw new CareError(code, message);
  }

  subscribe(listener: (event: DeploymentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Begins to serve these models, all that the registries list when none is named. One that cannot be loaded keeps no other from it.
   * @throws CareError REFERENCE_INVALID, and what keeps the registries from listing
   */
  async start(references: readonly string[] | undefined): Promise<void> {
    const wanted = references ?? (await this.#listed());
    const entries = wanted.map((reference) => this.#enter(reference));
    await Promise.all(
      entries.map((entry) =>
        // Its failure has been logged, and is its state.
        this.#queue(entry, () => this.#deploy(entry, true)).catch(() => undefined),
      ),
    );
  }

  /** Serves a model that a registry lists, or looks at it again when it is served. @throws CareError what keeps it from being live */
  async load(name: string): Promise<void> {
    const entry = this.#entries.get(name) ?? (await this.#enterListed(name));
    await this.#queue(entry, async () => {
      if (entry.deployment === undefined) await this.#deploy(entry, false);
      else await entry.deployment.reload();
    });
  }

  /** Ends a model: it finishes what it began and gives its memory back. @throws CareError MODEL_NOT_FOUND */
  async unload(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw unknownModel();
    await this.#queue(entry, async () => {
      const { deployment } = entry;
      delete entry.deployment;
      entry.state = 'unloaded';
      await deployment?.dispose();
    });
  }

  async dispose(): Promise<void> {
    await Promise.all(
      [...this.#entries.values()].map((entry) => this.#queue(entry, () => entry.deployment?.dispose())),
    );
  }

  async #listed(): Promise<string[]> {
    const { models, failures } = await this.#parts.care.list();
    for (const { registry, error } of failures) {
      if (error !== undefined)
        this.#parts.logger.warn({ registry, error: error.message }, 'a registry could not list its models');
    }
    return [
      ...new Set(models.filter(({ shadowedBy }) => shadowedBy === undefined).map(({ modelId }) => modelId)),
    ];
  }

  async #enterListed(name: string): Promise<Entry> {
    const listed = await this.#listed();
    if (!listed.includes(name)) throw unknownModel();
    return this.#enter(name);
  }

  #enter(reference: string): Entry {
    const { modelId, selector } = parseModelReference(reference);
    if (selector !== undefined) {
      throw new CareError(
        'REFERENCE_INVALID',
        `"${reference}": a server serves a model id, not one version of it`,
        {
          remedy: `Name "${modelId}", and state its versions in ${modelId}.deployment.json.`,
        },
      );
    }
    const entry: Entry = { name: modelId, reference, state: 'loading', last: Promise.resolve() };
    const known = this.#entries.get(modelId);
    if (known !== undefined) return known;
    this.#entries.set(modelId, entry);
    return entry;
  }

  async #deploy(entry: Entry, startEmpty: boolean): Promise<void> {
    const { care, options, logger } = this.#parts;
    entry.state = 'loading';
    delete entry.error;
    const observer = {
      ...options.observer,
      event: (event: DeploymentEvent): void => {
        options.observer?.event?.(event);
        for (const listener of this.#listeners) listener(event);
      },
    };
    try {
      entry.deployment = await care.deploy(entry.reference, { ...options, startEmpty, observer });
      entry.state = 'serving';
    } catch (error) {
      entry.state = 'failed';
      entry.error = serializeError(error, 'INFERENCE_FAILED');
      logger.error(
        { model: entry.name, error: errorMessage(error), code: entry.error.code },
        'a model cannot be served',
      );
      throw error;
    }
  }

  #queue<T>(entry: Entry, operation: () => Promise<T> | T): Promise<T> {
    const done = entry.last.then(operation);
    entry.last = done.catch(() => undefined);
    return done;
  }
}

function unknownModel(): CareError {
  return new CareError('MODEL_NOT_FOUND', 'no model of this name is served');
}
