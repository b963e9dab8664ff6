import { CareError } from '@care/registry-core';

/** Candidates by what they are; a field that is absent says nothing, several must all hold. Names are compared without case. */
export interface Selection {
  readonly backend?: string;
  readonly device?: string;
  /** Variant id. */
  readonly variant?: string;
  readonly format?: string;
  readonly precision?: string;
}

/** Precisions from the most to the least exact. */
export const PRECISION_FLOORS = ['fp32', 'fp16', 'int8'] as const;
export type PrecisionFloor = (typeof PRECISION_FLOORS)[number];

/** What a host wants of the variant, backend and device that run its model. */
export interface Wishes {
  /** The most wanted first. Others are taken when none of these can be. */
  readonly prefer?: readonly Selection[];
  /** Nothing else is taken; what fails is not replaced by anything outside. */
  readonly require?: Selection;
  /** Never taken. */
  readonly forbid?: readonly Selection[];
  /**
   * Least precision. Default: fp16, unless the package has nothing of that precision; what `prefer` or `require` name is taken
   * all the same. int8 and below are thus never chosen unasked: they may cost accuracy.
   */
  readonly minPrecision?: PrecisionFloor;
}

const FIELDS = ['backend', 'device', 'variant', 'format', 'precision'] as const;

/** Whether a candidate is what a selection says. */
export function isSelected(selection: Selection, candidate: Selection): boolean {
  return FIELDS.every((field) => {
    const wanted = selection[field];
    return wanted === undefined || wanted.toLowerCase() === candidate[field]?.toLowerCase();
  });
}

/** `backend=ort device=cpu` */
export function formatSelection(selection: Selection): string {
  const said = FIELDS.flatMap((field) =>
    selection[field] === undefined ? [] : [`${field}=${selection[field]}`],
  );
  return said.join(' ');
}

/** @throws CareError OPTIONS_INVALID for a selection that selects nothing in particular, or no such precision */
export function checkWishes({ prefer = [], require, forbid = [], minPrecision }: Wishes): void {
  for (const [option, selections] of [
    ['prefer', prefer],
    ['forbid', forbid],
    ['require', require === undefined ? [] : [require]],
  ] as const) {
    for (const selection of selections) checkSelection(option, selection);
  }
  if (minPrecision !== undefined && !PRECISION_FLOORS.includes(minPrecision)) {
    throw invalid('minPrecision', `must be one of ${PRECISION_FLOORS.join(', ')}`);
  }
}

function checkSelection(option: string, selection: Selection): void {
  const unknown = Object.keys(selection).find((key) => !FIELDS.some((field) => field === key));
  if (unknown !== undefined) throw invalid(option, `knows no "${unknown}", only ${FIELDS.join(', ')}`);
  if (option !== 'require' && formatSelection(selection) === '')
    throw invalid(option, `must name at least one of ${FIELDS.join(', ')}`);
}

function invalid(option: string, problem: string): CareError {
  return new CareError('OPTIONS_INVALID', `load option ${option} ${problem}`, { details: { option } });
}
