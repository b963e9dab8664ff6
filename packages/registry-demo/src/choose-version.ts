import type { ModelPackage } from '@care/registry-core';
import semver from 'semver';

/**
 * The version a selector means: an exact one, the highest in a range, without selector the highest. Pre-releases only when
 * named. Undefined when none fits.
 */
export function chooseVersion(
  packages: readonly ModelPackage[],
  selector?: string,
): ModelPackage | undefined {
  const exact = packages.find((candidate) => selector !== undefined && candidate.version === selector);
  if (exact !== undefined) return exact;
  const versions = packages.flatMap(({ version }) => (version === undefined ? [] : [version]));
  const best = semver.maxSatisfying(versions, selector ?? '*');
  return packages.find(({ version }) => version !== undefined && version === best);
}
