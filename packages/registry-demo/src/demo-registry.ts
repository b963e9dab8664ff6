import {
  CareError,
  CONTRACT_VERSION,
  nearestName,
  type ModelPackage,
  type ModelReference,
  type ModelRegistry,
  type ModelSummary,
  type RegistryCallOptions,
} from '@care/registry-core';
import { MODELS_DIR } from './bundled-files.js';
import { chooseVersion } from './choose-version.js';
import { readBundledModels } from './read-bundled-models.js';

/** The models that come with this package. Read once, on the first call. */
export class DemoRegistry implements ModelRegistry {
  readonly contract = CONTRACT_VERSION;
  readonly name = 'demo';
  readonly #directory: string;
  #models: Promise<readonly ModelPackage[]> | undefined;

  constructor(directory = MODELS_DIR) {
    this.#directory = directory;
  }

  async resolve(reference: ModelReference, options: RegistryCallOptions = {}): Promise<ModelPackage> {
    const models = await this.#read(options);
    const candidates = models.filter(({ modelId }) => modelId === reference.modelId);
    const chosen = chooseVersion(candidates, reference.selector);
    if (chosen !== undefined) return chosen;
    throw notFound(reference, models, candidates);
  }

  async list(options: RegistryCallOptions = {}): Promise<readonly ModelSummary[]> {
    const models = await this.#read(options);
    return models.map(({ modelId, version, task, source }) => ({
      modelId,
      ...(version === undefined ? {} : { version }),
      task,
      ...(source === undefined ? {} : { source }),
    }));
  }

  async #read({ signal }: RegistryCallOptions): Promise<readonly ModelPackage[]> {
    throwIfAborted(signal);
    this.#models ??= readBundledModels(this.#directory);
    const models = await this.#models;
    throwIfAborted(signal);
    return models;
  }
}

function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted === true) {
    throw new CareError('ABORTED', 'Reading the demo models was cancelled.', { cause: signal.reason });
  }
}

function notFound(
  { raw, modelId, selector }: ModelReference,
  models: readonly ModelPackage[],
  candidates: readonly ModelPackage[],
): CareError {
  if (candidates.length > 0) {
    const versions = candidates.flatMap(({ version }) => version ?? []).join(', ');
    const message = `The demo model "${modelId}" has no version "${selector ?? ''}"; there is ${versions}.`;
    return new CareError('MODEL_NOT_FOUND', message, { details: { reference: raw } });
  }
  const ids = new Set(models.map((model) => model.modelId));
  const nearest = nearestName(modelId, ids);
  const hint = nearest === undefined ? `It has ${[...ids].join(', ')}.` : `Did you mean "${nearest}"?`;
  return new CareError('MODEL_NOT_FOUND', `The demo registry has no model "${modelId}". ${hint}`, {
    details: { reference: raw },
  });
}
