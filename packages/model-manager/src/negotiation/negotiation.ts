import type { ModelVariant, PluginDescriptor } from '@care/registry-core';

/** A way to run a model: a variant, a backend that opens its format, and where that runs it. */
export interface Candidate {
  readonly variant: ModelVariant;
  readonly backend: PluginDescriptor;
  /** Absent: the backend's own choice. */
  readonly device?: string;
}

/** What is known of a device of a backend here. */
export interface DeviceFacts {
  readonly id: string;
  readonly available: boolean;
  readonly reason?: string;
}

/** What is known of an installed backend before anything is opened. */
export interface BackendFacts {
  readonly descriptor: PluginDescriptor;
  /** Variant formats it opens. */
  readonly formats: readonly string[];
  /** Undefined: nobody knows before it opens a model; then the choice is the backend's. */
  readonly devices?: readonly DeviceFacts[];
  /** Why it cannot be used at all. */
  readonly broken?: string;
}

/** What became of one candidate. */
export interface CandidateVerdict {
  readonly variant: string;
  readonly format: string;
  readonly precision: string;
  readonly backend: string;
  readonly device?: string;
  /**
   * - `eligible`: may be tried, in the order of `rank`
   * - `rejected`: is not tried
   * - `failed`: was tried and could not be used
   * - `chosen`: runs the model
   */
  readonly verdict: 'eligible' | 'rejected' | 'failed' | 'chosen';
  /** From 1; of those that are not rejected. */
  readonly rank?: number;
  /** Why, for people. */
  readonly reason: string;
}
