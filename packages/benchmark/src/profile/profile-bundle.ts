import { z } from 'zod';
import { checked, parseJson } from './parse-profile.js';
import type { ProfileStore } from './profile-store.js';
import { profileSchema, type Profile } from './profile.js';

const bundleSchema = z.strictObject({
  kind: z.literal('care-benchmark-profiles'),
  schema: z.literal(1),
  profiles: z.array(profileSchema).max(100_000),
});

/** Profiles as one text: measured on one device of a fleet, shipped to all that are like it. */
export function toBundle(profiles: readonly Profile[]): string {
  return `${JSON.stringify({ kind: 'care-benchmark-profiles', schema: 1, profiles })}\n`;
}

/** @throws CareError MANIFEST_INVALID */
export function fromBundle(content: string, file: string): Profile[] {
  return checked(bundleSchema, parseJson(content, file), file).profiles;
}

export interface ImportOutcome {
  readonly taken: number;
  /** What is here already was measured later. */
  readonly older: number;
}

/** Takes profiles into a store; of two of the same identity the later one stays. */
export async function importProfiles(
  store: ProfileStore,
  profiles: readonly Profile[],
): Promise<ImportOutcome> {
  let taken = 0;
  for (const profile of profiles) {
    const present = await store.read(profile.identity);
    if (present !== undefined && Date.parse(present.measuredAt) >= Date.parse(profile.measuredAt)) continue;
    await store.write(profile);
    taken++;
  }
  return { taken, older: profiles.length - taken };
}
