import type { Candidate, Care, MeasuredLatencies } from '@care/model-manager';
import { Identities } from '../candidates/identity.js';
import type { ProfileStore } from '../profile/profile-store.js';
import { contentHash } from '../profile/canonical-json.js';
import type { ProfileIdentity } from '../profile/profile.js';
import { median } from '../statistics/order-statistics.js';

/**
 * For `createCare({ measured })`: what the profiles of a store say of each candidate of a load, so that negotiation takes the fastest as
 * it was measured on this machine, with the threads and replicas of the load. Other precisions than what the wishes allow are not
 * taken for that: a profile says how fast, not how good.
 * @param care gives the object that asks, once it is there
 */
export function measuredLatencies(store: ProfileStore, care: () => Care): MeasuredLatencies {
  let identities: Identities | undefined;
  return async (model, candidates, { threads, replicas = 1 }) => {
    const { profiles } = await store.readAll();
    if (profiles.length === 0) return () => undefined;
    identities ??= new Identities(care());
    const known = new Map(
      profiles.map((profile) => [content(profile.identity), median(profile.latency.endToEnd)]),
    );
    const found = new Map<string, number>();
    for (const candidate of candidates) {
      const running = {
        variant: candidate.variant.id,
        backend: candidate.backend.name,
        device: candidate.device,
      };
      const identity = await identities
        .of(model, { ...running, threads, replicas, batch: 1, isolation: 'process' })
        .catch(() => undefined);
      const ms = identity === undefined ? undefined : known.get(content(identity));
      if (ms !== undefined) found.set(placeOf(candidate), ms);
    }
    return (candidate) => found.get(placeOf(candidate));
  };
}

function placeOf({ variant, backend, device }: Candidate): string {
  return JSON.stringify([variant.id, backend.name, device ?? null]);
}

/** A thread or a process makes little difference to which of two is the faster. */
function content(identity: ProfileIdentity): string {
  return contentHash({ ...identity, isolation: 'any' });
}
