import type { ModelPackage, ModelVariant } from '@care/registry-core';
import type { BackendFacts, Candidate, CandidateVerdict } from './negotiation.js';
import { deviceRank, formatRank, isBelow, precisionRank } from './static-order.js';
import { formatSelection, isSelected, type Selection, type Wishes } from './wishes.js';

/** All that the choice depends on. */
export interface Situation {
  readonly model: ModelPackage;
  /** In the order of discovery. */
  readonly backends: readonly BackendFacts[];
  readonly wishes: Wishes;
  /** Milliseconds of one prediction as measured on this machine; undefined when nobody measured it. */
  readonly measured?: (candidate: Candidate) => number | undefined;
}

export interface RankedCandidate {
  readonly candidate: Candidate;
  readonly verdict: CandidateVerdict;
}

/**
 * Every variant with every backend and device, each with its verdict and reason: first those that may be tried, in order, then the
 * rejected. A pure function. The order: wishes, then what was measured here (the fastest first, before what was not measured), then
 * accelerators before the CPU, the precision that suits the device, formats made for the engine, variants as the package lists them, backends
 * as discovered, devices as the backend lists them.
 */
export function rankCandidates(situation: Situation): RankedCandidate[] {
  const { model, backends, wishes } = situation;
  const floor = precisionFloor(model, backends, wishes);
  const eligible: { candidate: Candidate; key: readonly number[]; reason: string }[] = [];
  const rejected: RankedCandidate[] = [];
  for (const [variantIndex, variant] of model.variants.entries()) {
    for (const [backendIndex, facts] of backends.entries()) {
      for (const [deviceIndex, { device, obstacle }] of placesOf(variant, facts, wishes).entries()) {
        const candidate: Candidate = {
          variant,
          backend: facts.descriptor,
          ...(device === undefined ? {} : { device }),
        };
        const why = unwanted(candidate, wishes) ?? obstacle ?? tooCoarse(candidate, wishes, floor);
        if (why !== undefined) {
          rejected.push({ candidate, verdict: describe(candidate, 'rejected', why) });
          continue;
        }
        const { key, reason } = position(candidate, situation);
        eligible.push({ candidate, key: [...key, variantIndex, backendIndex, deviceIndex], reason });
      }
    }
  }
  eligible.sort((a, b) => compareKeys(a.key, b.key));
  const tried = eligible.map(({ candidate, reason }, index) => ({
    candidate,
    verdict: { ...describe(candidate, 'eligible', reason), rank: index + 1 },
  }));
  return [...tried, ...rejected];
}

interface Place {
  readonly device?: string;
  readonly obstacle?: string;
}

/** Where a backend may run a variant, and what is against it. */
function placesOf({ format }: ModelVariant, facts: BackendFacts, { require }: Wishes): Place[] {
  const { broken, formats, devices } = facts;
  if (broken !== undefined) return [{ obstacle: broken }];
  if (!formats.includes(format)) return [{ obstacle: `opens ${formats.join(', ')}, not ${format}` }];
  const known = (devices ?? []).map(({ id, available, reason }): Place => {
    return available ? { device: id } : { device: id, obstacle: reason ?? 'is not available here' };
  });
  const wanted = require?.device;
  // Nobody but the backend can say what a device is that it did not name: it will, when it opens the model there.
  if (wanted !== undefined && !known.some(({ device }) => device?.toLowerCase() === wanted.toLowerCase()))
    return [...known, { device: wanted }];
  if (devices === undefined) return [{}];
  return known.length === 0 ? [{ obstacle: 'has no device here' }] : known;
}

function unwanted(candidate: Candidate, { require, forbid = [] }: Wishes): string | undefined {
  const described = selectionOf(candidate);
  const forbidden = forbid.find((selection) => isSelected(selection, described));
  if (forbidden !== undefined) return `forbidden: ${formatSelection(forbidden)}`;
  if (require === undefined || isSelected(require, described)) return undefined;
  return `not what is required: ${formatSelection(require)}`;
}

/** The least precision that may be chosen unasked. */
function precisionFloor(model: ModelPackage, backends: readonly BackendFacts[], wishes: Wishes) {
  if (wishes.minPrecision !== undefined) return wishes.minPrecision;
  const opened = model.variants.filter(({ format }) =>
    backends.some(({ formats }) => formats.includes(format)),
  );
  return opened.some(({ precision }) => !isBelow(precision, 'fp16')) ? 'fp16' : undefined;
}

function tooCoarse(
  candidate: Candidate,
  { prefer = [], require, minPrecision }: Wishes,
  floor: ReturnType<typeof precisionFloor>,
): string | undefined {
  const { precision } = candidate.variant;
  if (floor === undefined || !isBelow(precision, floor)) return undefined;
  if (minPrecision !== undefined) return `${precision} is below the wanted ${minPrecision}`;
  const described = selectionOf(candidate);
  const named = [...prefer, ...(require === undefined ? [] : [require])].some(
    (wish) => (wish.variant !== undefined || wish.precision !== undefined) && isSelected(wish, described),
  );
  return named ? undefined : `${precision} is taken only when it is asked for: it may cost accuracy`;
}

function position(candidate: Candidate, { wishes: { prefer = [] }, measured }: Situation) {
  const described = selectionOf(candidate);
  const wish = prefer.findIndex((selection) => isSelected(selection, described));
  const preferred = prefer[wish];
  const milliseconds = measured?.(candidate);
  const key = [
    wish === -1 ? prefer.length : wish,
    milliseconds ?? Infinity,
    deviceRank(candidate.device),
    precisionRank(candidate),
    formatRank(candidate),
  ];
  const reasons = [
    ...(preferred === undefined ? [] : [`preferred: ${formatSelection(preferred)}`]),
    milliseconds === undefined
      ? `not measured here; ${candidate.device ?? 'the device is the choice of the backend'}, ${candidate.variant.precision}`
      : `measured ${milliseconds.toFixed(1)} ms`,
  ];
  return { key, reason: reasons.join('; ') };
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

function selectionOf({ variant, backend, device }: Candidate): Selection {
  const { id, format, precision } = variant;
  return {
    variant: id,
    format,
    precision,
    backend: backend.name,
    ...(device === undefined ? {} : { device }),
  };
}

export function describe(
  { variant: { id, format, precision }, backend, device }: Candidate,
  verdict: CandidateVerdict['verdict'],
  reason: string,
): CandidateVerdict {
  return {
    variant: id,
    format,
    precision,
    backend: backend.name,
    ...(device === undefined ? {} : { device }),
    verdict,
    reason,
  };
}
