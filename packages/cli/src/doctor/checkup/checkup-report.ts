import type { ModelAgreement } from '@care/vision';

/** A variant in a backend on a device. */
export interface Way {
  readonly variant: string;
  readonly precision: string;
  readonly backend: string;
  /** Absent: the backend's own choice, when it was not opened. */
  readonly device?: string;
}

/**
 * - `reference`: what the others are measured against
 * - `not run`: it cannot run here, which is no fault of the model
 */
export type CheckupVerdict = ModelAgreement['verdict'] | 'reference' | 'not run';

export interface CheckedWay extends Way {
  readonly verdict: CheckupVerdict;
  readonly reasons: readonly string[];
  /** Absent for the reference and for what gave no answer. */
  readonly agreement?: ModelAgreement;
}

/** What `care doctor --model` found. */
export interface CheckupReport {
  readonly model: string;
  readonly version?: string;
  readonly registry: string;
  readonly task: string;
  readonly pictures: CheckupPictures;
  /** Absent when no variant could be opened. */
  readonly reference?: Way;
  readonly ways: readonly CheckedWay[];
}

/** What the variants are compared on. */
export interface CheckupPictures {
  /** `given` on the command line, `probes` of the model package, or `generated`. */
  readonly from: 'given' | 'probes' | 'generated';
  /** Paths; `generated 1` and so on. */
  readonly names: readonly string[];
}

export const wayText = ({ variant, backend, device }: Way): string =>
  `${variant} with ${backend}${device === undefined ? '' : ` on ${device}`}`;
