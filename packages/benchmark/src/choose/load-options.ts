import type { LoadOptions } from '@care/model-manager';
import type { Profile } from '../profile/profile.js';

/** How `care.load` runs a model just as a profile was measured. */
export function loadOptionsOf({ identity, subject }: Profile): LoadOptions {
  const { backend, device, threads, replicas, batch, isolation } = identity;
  return {
    require: { variant: subject.variant, backend: backend.name, ...(device === null ? {} : { device }) },
    ...(threads === null ? {} : { threads }),
    ...{ replicas, isolation },
    ...(batch === 1 ? {} : { maxBatch: batch }),
  };
}
