import { CareError, type ModelPackage, type PluginDescriptor } from '@care/registry-core';
import type { PluginSet } from '../care/plugin-set.js';
import type { LoadOptions } from '../model/load-options.js';
import type { BackendSurvey } from './backend-survey.js';
import type { BackendFacts } from './negotiation.js';
import type { MeasuredLatencies } from './measured-latencies.js';
import { rankCandidates, type RankedCandidate } from './rank-candidates.js';
import { checkWishes, type Selection, type Wishes } from './wishes.js';

/** What a load says of the choice, in one form: `backend`, `device` and `variant` are short for `require`. */
export function wishesOf(options: LoadOptions): Wishes {
  const { backend, device, variant, prefer, forbid, minPrecision } = options;
  const require: Selection = {
    ...options.require,
    ...(backend === undefined ? {} : { backend }),
    ...(device === undefined ? {} : { device }),
    ...(variant === undefined ? {} : { variant }),
  };
  const wishes: Wishes = {
    ...(prefer === undefined ? {} : { prefer }),
    ...(Object.keys(require).length === 0 ? {} : { require }),
    ...(forbid === undefined ? {} : { forbid }),
    ...(minPrecision === undefined ? {} : { minPrecision }),
  };
  checkWishes(wishes);
  return wishes;
}

export interface NegotiateOptions {
  readonly thorough?: boolean;
  readonly measured?: MeasuredLatencies | undefined;
}

/**
 * All ways to run a model here with their verdicts. With `thorough`, backends are probed whether that is needed or not, so that every
 * device is told with its reason.
 * @throws CareError OPTIONS_INVALID (no such variant, a wish that makes no sense), PLUGIN_NOT_FOUND (no such backend), the failure
 * of a required backend, MODEL_INCOMPATIBLE (a required backend that does not open the format)
 */
export async function negotiate(
  model: ModelPackage,
  options: LoadOptions,
  plugins: PluginSet,
  survey: BackendSurvey,
  { thorough = false, measured }: NegotiateOptions = {},
): Promise<RankedCandidate[]> {
  const wishes = wishesOf(options);
  const { require, forbid = [] } = wishes;
  checkVariant(model, require?.variant);
  const required = require?.backend === undefined ? undefined : plugins.backendNamed(require.backend);
  if (required !== undefined) await survey.check(required);
  const concerned = required === undefined || thorough ? plugins.ofKind('backends') : [required];
  const facts = await Promise.all(
    concerned.map(async (descriptor) =>
      isRuledOut(descriptor, forbid)
        ? untouched(descriptor, model)
        : await survey.facts(descriptor, thorough, require !== undefined),
    ),
  );
  if (required !== undefined) checkFormats(model, required, facts);
  const ranked = rankCandidates({ model, backends: facts, wishes });
  const eligible = ranked.filter(({ verdict }) => verdict.verdict === 'eligible');
  if (measured === undefined || eligible.length === 0) return ranked;
  const latencies = await measured(
    model,
    eligible.map(({ candidate }) => candidate),
    options,
  );
  return rankCandidates({ model, backends: facts, wishes, measured: latencies });
}

/** A backend that is forbidden as a whole is not even imported. */
function isRuledOut({ name }: PluginDescriptor, forbid: readonly Selection[]): boolean {
  return forbid.some(
    (selection) => Object.keys(selection).length === 1 && selection.backend?.toLowerCase() === name,
  );
}

function untouched(descriptor: PluginDescriptor, model: ModelPackage): BackendFacts {
  return { descriptor, formats: [...new Set(model.variants.map(({ format }) => format))] };
}

function checkVariant(model: ModelPackage, id: string | undefined): void {
  if (id === undefined) return;
  const known = model.variants.map((candidate) => candidate.id);
  if (known.some((name) => name.toLowerCase() === id.toLowerCase())) return;
  throw new CareError(
    'OPTIONS_INVALID',
    `model "${model.modelId}" has no variant "${id}", only ${known.join(', ')}`,
    { details: { model: model.modelId, variant: id, known } },
  );
}

function checkFormats(model: ModelPackage, required: PluginDescriptor, facts: readonly BackendFacts[]): void {
  const formats = facts.find(({ descriptor }) => descriptor === required)?.formats ?? [];
  if (model.variants.some(({ format }) => formats.includes(format))) return;
  const offered = model.variants.map(({ id, format }) => `${id} is ${format}`).join(', ');
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `backend "${required.name}" opens no variant of "${model.modelId}": it opens ${formats.join(', ')}; ${offered}`,
    { remedy: 'Choose a backend for one of these formats.', details: { model: model.modelId } },
  );
}
