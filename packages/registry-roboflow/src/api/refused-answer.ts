import { CareError, type CareErrorCode } from '@care/registry-core';

export interface Question {
  /** Model that was asked for. */
  readonly id: string;
  /** Host that answered, without a key. */
  readonly host: string;
  readonly hasKey: boolean;
}

interface Refusal {
  readonly code: CareErrorCode;
  readonly what: string;
  readonly remedy: string;
}

const KEYS = 'https://docs.roboflow.com/api-reference/authentication';

function refusals(hasKey: boolean): Readonly<Record<number, Refusal>> {
  return {
    401: {
      code: 'UNAUTHORIZED',
      what: hasKey ? 'does not accept the API key' : 'wants an API key',
      remedy: hasKey
        ? `Check ROBOFLOW_API_KEY (${KEYS}).`
        : `Set ROBOFLOW_API_KEY to a key of the model's workspace (${KEYS}).`,
    },
    402: {
      code: 'UNAUTHORIZED',
      what: 'wants credits that the workspace does not have',
      remedy: "Look at the workspace's billing page.",
    },
    403: {
      code: 'UNAUTHORIZED',
      what: hasKey
        ? 'does not let this API key have the model'
        : 'does not give the model without an API key',
      remedy: hasKey
        ? 'Use a key of the workspace that owns the model, with the scope to read its weights.'
        : "Set ROBOFLOW_API_KEY to a key of the model's workspace.",
    },
    423: {
      code: 'UNAUTHORIZED',
      what: 'has paused the use of its API for this workspace',
      remedy: "Ask the workspace's administrator to enable its API keys again.",
    },
    408: {
      code: 'REGISTRY_TIMEOUT',
      what: 'took too long, again and again',
      remedy: 'Try again later, or raise `timeoutSeconds` of the registry.',
    },
    429: {
      code: 'REGISTRY_UNAVAILABLE',
      what: 'refuses further requests for now',
      remedy:
        'Try again later; fewer hosts that start at once, or a longer `refreshSeconds`, ask less often.',
    },
  };
}

/** The error of an answer that is none, by its status; undefined for 200. 404 is what the registry has not got. */
export function refusedAnswer(status: number, asked: Question): CareError | undefined {
  if (status === 200) return undefined;
  if (status === 404) return notFound(asked);
  const { id, host, hasKey } = asked;
  const details = { model: id, host, status };
  const known = refusals(hasKey)[status];
  if (known === undefined) {
    return new CareError('REGISTRY_UNAVAILABLE', `Roboflow (${host}) answered ${status} for "${id}".`, {
      details,
    });
  }
  return new CareError(known.code, `Roboflow (${host}) ${known.what} (status ${status}, model "${id}").`, {
    remedy: known.remedy,
    details,
  });
}

export function notFound({ id, host, hasKey }: Question): CareError {
  return new CareError('MODEL_NOT_FOUND', `Roboflow (${host}) has no model "${id}".`, {
    remedy: hasKey
      ? 'Check the id, and that the API key is of the workspace that owns the model.'
      : 'Check the id; a private model is found only with ROBOFLOW_API_KEY.',
    details: { model: id, host },
  });
}

/** A 200 that is not of the protocol. Whatever answered, it could not say what the registry has. */
export function brokenAnswer({ id, host }: Question, problem: string): CareError {
  return new CareError(
    'REGISTRY_UNAVAILABLE',
    `Roboflow (${host}) gave an answer for "${id}" that cannot be read: ${problem}.`,
    {
      remedy:
        'Check that the address is that of the Roboflow API, and that no portal or proxy answers in its place.',
      details: { model: id, host, problem },
    },
  );
}
