import {
  CareError,
  createBackend,
  errorMessage,
  type InferenceBackend,
  type ModelPackage,
  type ModelVariant,
  type PluginDescriptor,
} from '@care/registry-core';
import type { LoadOptions } from '../model/load-options.js';
import type { PluginSet } from './plugin-set.js';

/** A variant and a backend that opens its format. */
export interface Candidate {
  readonly variant: ModelVariant;
  readonly backend: PluginDescriptor;
}

export interface Skipped {
  readonly variant: string;
  readonly backend: string;
  readonly reason: string;
}

/** Makes backends on the host only to ask for their formats: native code is loaded by `probe` and `open`, in workers. */
export class BackendFormats {
  readonly #plugins: PluginSet;
  readonly #backends = new Map<PluginDescriptor, Promise<InferenceBackend>>();

  constructor(plugins: PluginSet) {
    this.#plugins = plugins;
  }

  async of(descriptor: PluginDescriptor): Promise<readonly string[]> {
    let backend = this.#backends.get(descriptor);
    if (backend === undefined) {
      backend = this.#plugins.use(descriptor, (definition, options) => {
        if (definition.kind !== 'backend') {
          throw new CareError('PLUGIN_INVALID', `plugin "${descriptor.name}" is no backend`);
        }
        return createBackend(definition, options, this.#plugins.context);
      });
      this.#backends.set(descriptor, backend);
    }
    return (await backend).formats;
  }

  async dispose(): Promise<void> {
    const made = await Promise.allSettled(this.#backends.values());
    for (const outcome of made) if (outcome.status === 'fulfilled') await outcome.value.dispose?.();
  }
}

/**
 * What may be tried, in order: variants as the package lists them, for each the backends in discovery order; only what
 * the caller named, when it named something.
 * @throws CareError OPTIONS_INVALID (no such variant), PLUGIN_NOT_FOUND (no such backend), the failure of a named backend,
 * MODEL_INCOMPATIBLE (a named backend that does not open the format), BACKEND_UNAVAILABLE (nothing fits)
 */
export async function findCandidates(
  model: ModelPackage,
  options: LoadOptions,
  plugins: PluginSet,
  formats: BackendFormats,
): Promise<{ candidates: Candidate[]; skipped: Skipped[] }> {
  const variants = wantedVariants(model, options.variant);
  const backends =
    options.backend === undefined ? plugins.ofKind('backends') : [plugins.backendNamed(options.backend)];
  const candidates: Candidate[] = [];
  const skipped: Skipped[] = [];
  for (const variant of variants) {
    for (const backend of backends) {
      const skip = (reason: string): void =>
        void skipped.push({ variant: variant.id, backend: backend.name, reason });
      try {
        const opens = await formats.of(backend);
        if (opens.includes(variant.format)) candidates.push({ variant, backend });
        else skip(`opens ${opens.join(', ')}, not ${variant.format}`);
      } catch (error) {
        if (options.backend !== undefined) throw error;
        skip(errorMessage(error));
      }
    }
  }
  if (candidates.length > 0) return { candidates, skipped };
  if (options.backend !== undefined) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `backend "${options.backend}" opens no variant of "${model.modelId}" (${tell(skipped)})`,
      { remedy: 'Choose a backend for one of these formats.', details: { model: model.modelId } },
    );
  }
  throw nothingOpens(model, skipped);
}

/** None of the candidates could be used: each with its reason. */
export function nothingOpens(model: ModelPackage, skipped: readonly Skipped[]): CareError {
  const formats = [...new Set(model.variants.map(({ format }) => format))].join(', ');
  const none = skipped.length === 0;
  return new CareError(
    'BACKEND_UNAVAILABLE',
    `no backend opens "${model.modelId}" (${formats}): ${none ? 'no backend is installed' : tell(skipped)}`,
    {
      ...(none
        ? {
            remedy:
              'Install a backend for one of these formats, e.g. `npm install @care/backend-ort` for onnx.',
          }
        : {}),
      details: { model: model.modelId, candidates: skipped.map((entry) => ({ ...entry })) },
    },
  );
}

function wantedVariants(model: ModelPackage, id: string | undefined): readonly ModelVariant[] {
  if (id === undefined) return model.variants;
  const variant = model.variants.find((candidate) => candidate.id === id);
  if (variant !== undefined) return [variant];
  const known = model.variants.map((candidate) => candidate.id);
  throw new CareError(
    'OPTIONS_INVALID',
    `model "${model.modelId}" has no variant "${id}", only ${known.join(', ')}`,
    {
      details: { model: model.modelId, variant: id, known },
    },
  );
}

function tell(skipped: readonly Skipped[]): string {
  return skipped.map(({ variant, backend, reason }) => `${variant} with ${backend}: ${reason}`).join('; ');
}
