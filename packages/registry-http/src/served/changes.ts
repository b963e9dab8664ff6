import type { RegistryChange } from '@care/registry-core';
import type { Understood } from './understand.js';

/** What differs, by what it is of; `content` changes with what a model is. */
export interface KnownState {
  readonly content: string;
  readonly change: Omit<RegistryChange, 'kind'> & { readonly of: 'model' | 'deployment' | 'broken' };
}

/** @param marks of a manifest's files, by its path: what tells that their content is another */
export function stateOf(understood: Understood, marks: ReadonlyMap<string, string>): Map<string, KnownState> {
  const states = new Map<string, KnownState>();
  for (const { manifest, path } of understood.manifests) {
    const { model_id: modelId, version } = manifest;
    states.set(`model ${JSON.stringify([modelId, version ?? null])}`, {
      content: JSON.stringify([manifest, path, marks.get(path) ?? '']),
      change: { of: 'model', modelId, ...(version === undefined ? {} : { version }) },
    });
  }
  for (const { spec } of understood.deployments) {
    const change = { of: 'deployment', modelId: spec.modelId } as const;
    states.set(`deployment ${spec.modelId}`, { content: JSON.stringify(spec), change });
  }
  for (const one of [...understood.broken, ...understood.brokenDeployments]) {
    const { path, error, ...which } = one;
    states.set(`broken ${path}`, { content: error.message, change: { of: 'broken', ...which, error } });
  }
  return states;
}

/** What is to be told when one state follows another. */
export function changesBetween(
  before: ReadonlyMap<string, KnownState>,
  after: ReadonlyMap<string, KnownState>,
): RegistryChange[] {
  const changes: RegistryChange[] = [];
  const tell = (kind: RegistryChange['kind'], { change: { of, ...which } }: KnownState): void => {
    // That a broken document is gone, or whole again, is told by what is there instead.
    if (of === 'broken' && kind !== 'invalid') return;
    changes.push({ kind: of === 'deployment' ? 'deployment' : kind, ...which });
  };
  for (const [key, state] of before) {
    if (after.has(key)) continue;
    // A model whose manifest is broken now is not gone: nobody took it away.
    if (!hasBroken(after, state)) tell('removed', state);
  }
  for (const [key, state] of after) {
    const known = before.get(key);
    if (known?.content === state.content) continue;
    tell(state.change.of === 'broken' ? 'invalid' : known === undefined ? 'added' : 'changed', state);
  }
  return changes;
}

function hasBroken(states: ReadonlyMap<string, KnownState>, { change }: KnownState): boolean {
  return [...states.values()].some(
    ({ change: one }) =>
      one.of === 'broken' && one.modelId === change.modelId && one.version === change.version,
  );
}
