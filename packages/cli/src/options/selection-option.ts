import type { Selection } from '@care/model-manager';
import { usageError } from './usage-error.js';

const FIELDS = ['backend', 'device', 'variant', 'format', 'precision'] as const;

/**
 * Reads `backend=ort,device=cpu` and adds it to those read before.
 * @throws CareError OPTIONS_INVALID
 */
export function selections(text: string, before: readonly Selection[] = []): readonly Selection[] {
  const pairs = text.split(',').map((part) => {
    const at = part.indexOf('=');
    const field = FIELDS.find((name) => name === part.slice(0, at).trim());
    const value = part.slice(at + 1).trim();
    if (at > 0 && field !== undefined && value !== '') return [field, value] as const;
    throw usageError(
      `"${part}" selects nothing.`,
      `Write FIELD=VALUE, with commas between several; FIELD is one of ${FIELDS.join(', ')}.`,
    );
  });
  return [...before, Object.fromEntries(pairs)];
}
