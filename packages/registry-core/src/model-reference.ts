import { CareError } from './errors/care-error.js';

/** A parsed model reference. */
export interface ModelReference {
  /** As written. */
  readonly raw: string;
  /** The one registry to ask, when the reference names it. */
  readonly registry?: string;
  readonly modelId: string;
  /** What follows `@`: version, range, alias or revision; each registry interprets it. */
  readonly selector?: string;
}

/** Parses `id`, `id@selector`, `registry:id`, `registry:id@selector`. @throws CareError REFERENCE_INVALID */
export function parseModelReference(reference: string): ModelReference {
  throw new CareError('REFERENCE_INVALID', `not implemented: ${reference}`);
}
