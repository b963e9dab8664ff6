import { canonicalJson } from './canonical-json.js';
import type { ProfileIdentity } from './profile.js';

/** What differs between what was measured and what is asked for, one phrase each: `backend.engineVersion 1.29.0, now 1.30.0`. */
export function identityDifferences(measured: ProfileIdentity, wanted: ProfileIdentity): string[] {
  const [before, now] = [leaves(measured), leaves(wanted)];
  const fields = [...new Set([...before.keys(), ...now.keys()])].toSorted();
  return fields.flatMap((field) => {
    const [old, current] = [before.get(field), now.get(field)];
    return old === current ? [] : [`${field} ${short(old)}, now ${short(current)}`];
  });
}

function leaves(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[prefix, canonicalJson(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...leaves(inner, prefix === '' ? key : `${prefix}.${key}`),
    ]),
  );
}

function short(leaf: string | undefined): string {
  if (leaf === undefined) return 'absent';
  const plain = leaf.replaceAll('"', '');
  return /^[0-9a-f]{64}$/.test(plain) ? plain.slice(0, 12) : plain;
}
