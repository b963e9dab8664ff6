import { CareError } from '@care/registry-core';
import semver from 'semver';

/** Anything that has a version, or none. */
interface Versioned {
  readonly version?: string | undefined;
}

/**
 * The one that a selector means: nothing or `latest` the highest release (a prerelease only when there is no release, the unversioned one
 * only when there is no version), a version that one, a range (`^1.2`, `1.x`) its highest. Undefined when there is none.
 * @throws CareError `REFERENCE_INVALID` when the selector is neither
 */
export function selectVersion<T extends Versioned>(
  candidates: readonly T[],
  selector: string | undefined,
): T | undefined {
  if (selector === undefined || selector.toLowerCase() === 'latest') return highest(candidates);
  if (semver.valid(selector) !== null) return exact(candidates, selector);
  const range = semver.validRange(selector);
  if (range === null) {
    throw new CareError('REFERENCE_INVALID', `"@${selector}" is neither a version nor a range of versions.`, {
      remedy: 'Write a version (`@1.2.0`), a range (`@^1.2`) or `@latest`.',
      details: { selector },
    });
  }
  return descending(
    candidates.filter(({ version }) => version !== undefined && semver.satisfies(version, range)),
  )[0];
}

function highest<T extends Versioned>(candidates: readonly T[]): T | undefined {
  const versioned = descending(candidates.filter(({ version }) => version !== undefined));
  const release = versioned.find(({ version = '' }) => semver.prerelease(version) === null);
  return release ?? versioned[0] ?? candidates[0];
}

/** Build metadata tells versions apart only when the selector has some. */
function exact<T extends Versioned>(candidates: readonly T[], selector: string): T | undefined {
  const wanted = selector.replace(/^[v=\s]+/, '');
  const same = descending(
    candidates.filter(({ version }) => version !== undefined && semver.eq(version, selector)),
  );
  return wanted.includes('+') ? same.find(({ version }) => version === wanted) : same[0];
}

/** The highest version first; what has none is last. */
export function descending<T extends Versioned>(candidates: readonly T[]): T[] {
  return [...candidates].sort((a, b) => semver.compareBuild(b.version ?? '0.0.0-0', a.version ?? '0.0.0-0'));
}
