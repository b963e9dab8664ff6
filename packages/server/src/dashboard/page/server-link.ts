import type { DeploymentRecord } from '@care/model-manager';
import { readFailure, readHistory, readModels, type Failure, type ModelDocument } from './documents.js';

/** Of the administrator, for this tab and until it is closed. */
const TOKEN_KEY = 'care-admin-token';

/** Addresses are relative, so that the page works behind a proxy that serves it under a folder. */
const modelPath = (modelId: string): string => `v1/models/${encodeURIComponent(modelId)}`;

export type RollbackOutcome =
  { readonly kind: 'done' } | { readonly kind: 'token-wanted' | 'failed'; readonly failure: Failure };

/** Milliseconds after which a question to the server is given up. */
const PATIENCE_MS = 10_000;

/** @throws Error when the server cannot be reached or does not answer as it should */
export async function fetchModels(): Promise<ModelDocument[]> {
  return readModels(await getJson('v1/models'));
}

/** Oldest first. @throws Error as `fetchModels` */
export async function fetchHistory(modelId: string): Promise<DeploymentRecord[]> {
  return readHistory(await getJson(`${modelPath(modelId)}/history`));
}

/** The administrator is told more of what went wrong than others are. */
function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

async function getJson(address: string): Promise<unknown> {
  const answer = await fetch(address, {
    headers: { accept: 'application/json', ...bearer(sessionStorage.getItem(TOKEN_KEY)) },
    cache: 'no-store',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new Error(readFailure(answer.status, body).message);
  return body;
}

/** @param token of the administrator, kept for the next time when the server takes it; default the kept one */
export async function requestRollback(
  modelId: string,
  token = sessionStorage.getItem(TOKEN_KEY),
): Promise<RollbackOutcome> {
  try {
    const answer = await fetch(`${modelPath(modelId)}/rollback`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...bearer(token),
      },
      body: JSON.stringify({ detail: 'asked for on the dashboard' }),
    });
    const body: unknown = await answer.json().catch(() => undefined);
    const failure = readFailure(answer.status, body);
    const refused = answer.status === 401 || answer.status === 403;
    // No token opens an admin plane that is off.
    if (refused && failure.code !== 'ADMIN_DISABLED') {
      sessionStorage.removeItem(TOKEN_KEY);
      return { kind: 'token-wanted', failure };
    }
    if (token !== null && !refused) sessionStorage.setItem(TOKEN_KEY, token);
    return answer.ok ? { kind: 'done' } : { kind: 'failed', failure };
  } catch {
    const message = 'The server did not answer.';
    const remedy = 'Look at the history below to see whether it was done, then try again.';
    return { kind: 'failed', failure: { code: 'UNREACHABLE', message, remedy } };
  }
}
