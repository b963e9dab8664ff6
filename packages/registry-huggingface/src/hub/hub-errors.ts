import { CareError } from '@care/registry-core';

/** What was asked, for messages. */
export interface HubQuestion {
  readonly endpoint: string;
  readonly repo: string;
  readonly revision: string;
  /** The file that was asked for; absent: the repository itself. */
  readonly path?: string;
  /** Whether an access token was sent. */
  readonly authorized: boolean;
}

/** What of an answer tells why it failed: the Hub's own headers (huggingface_hub, `hf_raise_for_status`). */
export interface HubAnswer {
  readonly status: number;
  readonly headers: Headers;
}

/** The error that an answer other than 2xx of the Hub means. */
export function hubError(
  question: HubQuestion,
  { status, headers }: HubAnswer,
  redact: (text: string) => string = (text) => text,
): CareError {
  const code = headers.get('x-error-code') ?? '';
  // A server may echo what it was sent.
  const said = redact(headers.get('x-error-message') ?? '');
  const { repo, revision, path, endpoint } = question;
  const where = path === undefined ? repo : `${path} of ${repo}`;
  const details = { endpoint, repo, revision, status, ...(path === undefined ? {} : { path }) };
  if (code === 'RevisionNotFound') {
    return new CareError(
      'MODEL_NOT_FOUND',
      `The repository ${repo} has no branch, tag or commit "${revision}".`,
      {
        remedy: `Look at ${endpoint}/${repo}/tree/main, or leave out what follows the @ for the branch main.`,
        details,
      },
    );
  }
  if (code === 'EntryNotFound') {
    return new CareError(
      'ARTIFACT_MISSING',
      `The repository ${repo} has no file ${path ?? ''} at ${revision}.`,
      {
        remedy: 'Resolve the model again: the repository may have changed.',
        details,
      },
    );
  }
  if (code === 'GatedRepo') return gated(question, status, details);
  if (/access to this resource is disabled/i.test(said)) {
    return new CareError('REGISTRY_UNAVAILABLE', `The Hub has disabled access to the repository ${repo}.`, {
      remedy: `See ${endpoint}/${repo} for the reason, or use another repository.`,
      details,
    });
  }
  if (status === 401 && /invalid credentials|token is expired|invalid .*token/i.test(said)) {
    return new CareError('UNAUTHORIZED', 'The Hub does not accept the access token.', {
      remedy: `Make a new one at ${endpoint}/settings/tokens and set HF_TOKEN, or log in with \`hf auth login\`.`,
      details,
    });
  }
  if (code === 'RepoNotFound' || status === 401 || (status === 404 && path === undefined)) {
    return notFound(question, details);
  }
  if (status === 404) {
    return new CareError('ARTIFACT_MISSING', `The Hub does not have ${where} at ${revision}.`, { details });
  }
  if (status === 403) {
    return new CareError(
      'UNAUTHORIZED',
      `The Hub refuses ${where}${said === '' ? '' : `: ${oneLine(said)}`}.`,
      {
        remedy: 'The access token (HF_TOKEN) needs the permission to read this repository.',
        details,
      },
    );
  }
  return new CareError('REGISTRY_UNAVAILABLE', `The Hub answered ${status} for ${where} at ${endpoint}.`, {
    remedy:
      status === 429
        ? 'Too many requests: wait a while; with an access token (HF_TOKEN) more are allowed.'
        : 'Try again later; https://status.huggingface.co tells of outages.',
    details,
  });
}

function gated(
  { repo, endpoint, authorized }: HubQuestion,
  status: number,
  details: Record<string, string | number>,
): CareError {
  const message = `The repository ${repo} is gated: its owner asks for conditions to be accepted before it is used.`;
  const remedy =
    authorized && status !== 401
      ? `Accept the conditions at ${endpoint}/${repo} with the account of the access token, and wait for approval if the owner wants it.`
      : `Accept the conditions at ${endpoint}/${repo}, make an access token at ${endpoint}/settings/tokens and set HF_TOKEN (or \`hf auth login\`).`;
  return new CareError('UNAUTHORIZED', message, { remedy, details });
}

/** The Hub does not tell what is private from what does not exist. */
function notFound(
  { repo, endpoint, authorized }: HubQuestion,
  details: Record<string, string | number>,
): CareError {
  const remedy = authorized
    ? 'Check the name; if it is private, the access token (HF_TOKEN) must be of an account that may read it.'
    : 'Check the name; if it is private, set HF_TOKEN to an access token that may read it (or `hf auth login`).';
  return new CareError('MODEL_NOT_FOUND', `${endpoint} has no repository ${repo}, or it is private.`, {
    remedy,
    details,
  });
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 200);
