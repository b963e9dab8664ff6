import type { FlatChannel, OutputAgreement, OutputFacts } from './output-agreement.js';

/** `channels 4, 7, 10 of 56 are 0 everywhere where the reference goes from 0 to 0.87`. */
export function collapsedText(
  { channels }: OutputAgreement,
  flat: readonly FlatChannel[],
  other: string,
): string {
  const values = new Set(flat.map(({ value }) => value));
  const [value = 0] = values;
  const hold = values.size === 1 ? `${number(value)} everywhere` : 'one number each everywhere';
  const least = Math.min(...flat.map((channel) => channel.other[0]));
  const greatest = Math.max(...flat.map((channel) => channel.other[1]));
  const range = `where ${other} goes from ${number(least)} to ${number(greatest)}`;
  if (channels?.axis === undefined) return `it is ${hold} ${range}`;
  const some = flat.length === 1 ? 'channel' : 'channels';
  const are = flat.length === 1 ? 'is' : 'are';
  return `${some} ${ranges(flat.map(({ channel }) => channel))} of ${channels.count} ${are} ${hold} ${range}`;
}

/**
 * Why they are lost, when the numbers tell: the whole output has so few levels that its step is greater than all that the
 * other side says in these channels. That is what a quantiser does that gives boxes of hundreds of pixels and scores of 0..1 one scale.
 */
export function coarseScale(
  facts: OutputFacts | undefined,
  flat: readonly FlatChannel[],
): string | undefined {
  const levels = facts?.levels;
  if (levels === undefined) return undefined;
  const lost = flat.filter(({ other }) => other[1] - other[0] < levels.step);
  if (lost.length < flat.length) return undefined;
  return `the whole output has only ${levels.count} different numbers, ${number(levels.step)} apart; large numbers (boxes) and small ones (scores) share one output scale`;
}

/** `0-3, 7, 9`; the first few of many. */
export function ranges(places: readonly number[], most = 8): string {
  const runs: [first: number, last: number][] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run?.[1] === place - 1) run[1] = place;
    else runs.push([place, place]);
  }
  const texts = runs
    .slice(0, most)
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return `${texts.join(', ')}${runs.length > most ? ', ...' : ''}`;
}

const number = (value: number): string => String(Number(value.toPrecision(3)));
