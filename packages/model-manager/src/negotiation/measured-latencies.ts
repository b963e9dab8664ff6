import type { ModelPackage } from '@care/registry-core';
import type { LoadOptions } from '../model/load-options.js';
import type { Candidate } from './negotiation.js';

/**
 * What a host knows from measuring on this machine: asked once for each negotiation with all candidates that are not rejected.
 * @returns milliseconds of one prediction of a candidate, run as the options say; undefined for what was not measured
 */
export type MeasuredLatencies = (
  model: ModelPackage,
  candidates: readonly Candidate[],
  options: LoadOptions,
) => Promise<(candidate: Candidate) => number | undefined>;
