import type { HostedModel } from '../hosting/hosted-models.js';
import { publicError } from '../http/error-answer.js';

export interface IndexRow {
  readonly name: string;
  readonly version?: string;
  readonly state: 'READY' | 'LOADING' | 'UNLOADING' | 'UNAVAILABLE';
  readonly reason: string;
}

const STATES = {
  loading: 'LOADING',
  warming: 'LOADING',
  ready: 'READY',
  draining: 'UNLOADING',
  unloaded: 'UNAVAILABLE',
  failed: 'UNAVAILABLE',
} as const;

/** Every model with its versions, as the model repository extension lists them. */
export function repositoryIndex(models: readonly HostedModel[]): IndexRow[] {
  return models.flatMap((model) => {
    const versions = model.deployment?.status.versions ?? [];
    if (versions.length === 0) return [modelRow(model)];
    return versions.map(({ version, state, error }) => ({
      name: model.name,
      ...(version === null ? {} : { version }),
      state: STATES[state],
      reason: error === undefined ? '' : reasonOf(error),
    }));
  });
}

function modelRow({ name, state, error }: HostedModel): IndexRow {
  if (state === 'loading') return { name, state: 'LOADING', reason: '' };
  return { name, state: 'UNAVAILABLE', reason: error === undefined ? state : reasonOf(error) };
}

function reasonOf(error: Parameters<typeof publicError>[0]): string {
  const { code, message } = publicError(error);
  return `${code}: ${message}`;
}
