import type { EstimateDocument } from './documents.js';

/** How a quantity is written: how many digits, in which unit. */
export type Figure = (value: number) => string;

/** Three significant digits and no exponent. */
function digits(value: number): string {
  const size = Math.abs(value);
  // What is left of a zero after computing with it is still a zero.
  if (size < 1e-9) return '0';
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** @param seconds shown in milliseconds below ten seconds */
export const duration: Figure = (seconds) =>
  seconds >= 10 ? `${digits(seconds)} s` : `${digits(seconds * 1000)} ms`;

/** @param share 0..1 */
export const percent: Figure = (share) => `${digits(share * 100)} %`;

export const perSecond: Figure = (value) => `${digits(value)}/s`;

export const plain: Figure = digits;

/** Of numbers that are all near to one another between 0 and 1. */
export const fine: Figure = (value) => value.toFixed(3);

/** A figure that somebody chose, or that stands at an axis, without zeros that say nothing: `1.5`, not `1.50`. */
export function trimmed(figure: Figure): Figure {
  return (value) =>
    figure(value).replace(/\.(\d*?)0+(?!\d)/, (_, kept: string) => (kept === '' ? '' : `.${kept}`));
}

export const count: Figure = (value) => value.toLocaleString('en-GB');

/** What is written where there is no figure. */
export const NO_FIGURE = '–';

export function figureOr(figure: Figure, value: number | undefined): string {
  return value === undefined ? NO_FIGURE : figure(value);
}

/** `41 to 45 ms`, with words where the sample is too small for a bound. */
export function interval(figure: Figure, { low, high }: EstimateDocument): string {
  if (low === null && high === null) return 'too few for an interval';
  if (low === null) return `up to ${figure(high ?? 0)}`;
  if (high === null) return `from ${figure(low)}`;
  return `${figure(low)} to ${figure(high)}`;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** Time of day in the reader's zone, with the date when that is not today. @param iso ISO 8601 */
export function timeOf(iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return at.toDateString() === now.toDateString()
    ? clock.format(at)
    : `${calendar.format(at)}, ${clock.format(at)}`;
}
