import { CareError } from '@care/registry-core';
import { chooseAtRandom, chooseByKey } from '../traffic/weighted-choice.js';
import type { LivePlan } from './live-plan.js';
import type { LiveVersion } from './live-version.js';

/**
 * The version that answers a request: by weight, always the same for a key. One that cannot answer at the moment gives its share to the
 * others while there are any. @throws CareError DEPLOYMENT_INVALID
 */
export function chooseVersion({ arms }: LivePlan, key: string | undefined): LiveVersion {
  const stated = arms.filter(({ weight }) => weight > 0);
  const able = stated.filter(({ version }) => version.state === 'ready');
  const serving = able.length > 0 ? able : stated;
  const [only] = serving;
  const several = (): typeof only =>
    key === undefined ? chooseAtRandom(serving, Math.random()) : chooseByKey(serving, key);
  const arm = serving.length === 1 ? only : several();
  if (arm === undefined) throw new CareError('DEPLOYMENT_INVALID', 'no version has traffic');
  return arm.version;
}
