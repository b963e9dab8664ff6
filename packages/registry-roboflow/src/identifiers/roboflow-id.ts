import { CareError, nearestName, type ModelReference } from '@care/registry-core';
import { ALIASES, aliasTarget } from './aliases.js';

/** What Roboflow is asked for. */
export interface RoboflowId {
  /** `project/3`, `workspace/slug` or `slug`: an alias is what it stands for, a version without leading zeros. */
  readonly id: string;
  /** Number of a project's version. Absent: a model that is named and not numbered, which may be trained anew under its name. */
  readonly version?: string;
}

/**
 * `project/3`, `project@3`, `workspace/slug`, `slug` or an alias.
 * @throws CareError `MODEL_NOT_FOUND` for what cannot be a Roboflow id, so that the next registry is asked
 */
export function roboflowId({ raw, modelId, selector }: ModelReference): RoboflowId {
  const written = selector === undefined ? modelId : numbered(raw, modelId, selector);
  const id = aliasTarget(written) ?? written;
  const parts = id.split('/');
  if (parts.length > 2) {
    throw notFound(raw, 'an id of Roboflow has at most one slash: project/version or workspace/model');
  }
  const [project = '', last] = parts;
  if (last === undefined || !/^\d+$/.test(last)) return { id };
  const version = String(BigInt(last));
  return { id: `${project}/${version}`, version };
}

/** `coco@3` is what Roboflow writes as `coco/3`. */
function numbered(raw: string, modelId: string, selector: string): string {
  if (aliasTarget(modelId) !== undefined) {
    throw notFound(raw, `the alias "${modelId}" stands for one version of a project and has no others`);
  }
  if (/^\d{1,9}$/.test(selector) && !modelId.includes('/')) return `${modelId}/${selector}`;
  throw notFound(raw, 'versions of Roboflow are whole numbers of a project, written project/3 or project@3');
}

function notFound(reference: string, reason: string): CareError {
  return new CareError('MODEL_NOT_FOUND', `Roboflow has no model "${reference}": ${reason}.`, {
    details: { reference },
  });
}

/** The alias that somebody may have meant. */
export function nearestAlias(name: string): string | undefined {
  return name.includes('/') ? undefined : nearestName(name, ALIASES);
}
