import type { Care } from '@care/model-manager';
import { candidateGrid } from '../candidates/candidate-spec.js';
import { Identities } from '../candidates/identity.js';
import { canonicalJson } from '../profile/canonical-json.js';
import { identityDifferences } from '../profile/identity-difference.js';
import { profileKey, type Profile, type ProfileIdentity } from '../profile/profile.js';

/** A profile that is of something else than what is here now. */
export interface StaleProfile {
  readonly profile: Profile;
  /** One phrase for each thing that differs. */
  readonly differences: readonly string[];
}

export interface LocalProfiles {
  /** Of what these models are now, on this machine. */
  readonly valid: readonly Profile[];
  /** Of these models as they were, or of another machine. */
  readonly stale: readonly StaleProfile[];
  /** What would load each of the valid ones again, by its key: the reference that was asked for. */
  readonly references: ReadonlyMap<string, string>;
}

/**
 * Which of the profiles hold for models here and now: same files, same settings, same backend and version, same machine.
 * @throws CareError what resolving a reference throws
 */
export async function localProfiles(
  care: Care,
  references: readonly string[],
  profiles: readonly Profile[],
): Promise<LocalProfiles> {
  const identities = new Identities(care);
  const { specs } = await candidateGrid(care, references);
  const valid = new Map<Profile, string>();
  const nearest = new Map<Profile, ProfileIdentity>();
  for (const spec of specs) {
    const now = await identities.of(spec.package, spec);
    if (now === undefined) continue;
    for (const profile of profiles) {
      const { device, threads, replicas, batch, isolation } = profile.identity;
      if (device !== now.device || profile.subject.model !== spec.package.modelId) continue;
      // How it is run is what the profile says; everything else must be as it is now.
      const same = { ...now, threads, replicas, batch, isolation };
      if (canonicalJson(same) === canonicalJson(profile.identity)) valid.set(profile, spec.reference);
      else if (profile.subject.variant === spec.variant && profile.identity.backend.name === spec.backend)
        nearest.set(profile, same);
    }
  }
  return {
    valid: [...valid.keys()],
    stale: [...nearest]
      .filter(([profile]) => !valid.has(profile))
      .map(([profile, now]) => ({ profile, differences: identityDifferences(profile.identity, now) })),
    references: new Map([...valid].map(([profile, reference]) => [profileKey(profile.identity), reference])),
  };
}
