import { CareError } from '../errors/care-error.js';
import type { JsonObject } from '../json.js';
import { nearestName } from '../nearest-name.js';
import type { RegistryAnswer } from './resolution.js';

/** Every registry that was asked answered, and none has the model. */
export function notFoundError(reference: string, answers: readonly RegistryAnswer[]): CareError {
  if (answers.length === 0) {
    return new CareError(
      'MODEL_NOT_FOUND',
      `Model "${reference}" was not found: no registry is configured.`,
      {
        remedy: 'Install a registry plugin, e.g. `npm install @care/registry-local-onnx`.',
        details: { reference, answers: [] },
      },
    );
  }
  const said = answers.map(tell).join('; ');
  return new CareError('MODEL_NOT_FOUND', `Model "${reference}" was not found: ${said}.`, {
    details: { reference, answers: answers.map(toDetails) },
  });
}

/** One registry failed and so nobody knows: the failure's own code, with what each registry said. */
export function chainFailure(
  reference: string,
  answers: readonly RegistryAnswer[],
  failed: { readonly registry: string; readonly error: CareError },
  notAsked: readonly string[],
): CareError {
  const said = answers.map(tell).join('; ');
  const rest = notAsked.length === 0 ? '' : `; not asked: ${notAsked.map((name) => `"${name}"`).join(', ')}`;
  return new CareError(failed.error.code, `Model "${reference}" could not be resolved: ${said}${rest}.`, {
    remedy: failed.error.remedy,
    details: {
      ...failed.error.details,
      reference,
      registry: failed.registry,
      answers: answers.map(toDetails),
      notAsked,
    },
    cause: failed.error,
  });
}

export function unknownRegistryError(name: string, known: readonly string[]): CareError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  const list = known.length === 0 ? 'none is configured' : known.map((item) => `"${item}"`).join(', ');
  return new CareError(
    'PLUGIN_NOT_FOUND',
    `There is no registry "${name}"; known registries: ${list}.${hint}`,
    {
      details: { registry: name, known, ...(nearest === undefined ? {} : { nearest }) },
    },
  );
}

function tell(answer: RegistryAnswer): string {
  const reason =
    answer.error === undefined ? '' : ` (${answer.error.message.slice(0, 300).replace(/\.$/, '')})`;
  if (answer.outcome === 'not-found') return `registry "${answer.registry}" does not have it${reason}`;
  return `registry "${answer.registry}" failed with ${answer.error?.code ?? answer.outcome}${reason}`;
}

function toDetails(answer: RegistryAnswer): JsonObject {
  const { registry, outcome, durationMs, error } = answer;
  return {
    registry,
    outcome,
    durationMs,
    ...(error === undefined ? {} : { code: error.code, message: error.message.slice(0, 1000) }),
  };
}
