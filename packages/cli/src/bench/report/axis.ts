import { html, type Html } from '../../evaluate/report/html.js';
import { figure } from '../bench-figures.js';

/** Where values lie along one side of a chart. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Even steps; from a round number below the least value to one above the greatest. */
export function linearAxis(min: number, max: number, from: number, to: number): Axis {
  const span = max - min || Math.abs(max) || 1;
  const step = roundStep(span / 5);
  const [low, high] = [Math.floor(min / step) * step, Math.ceil(max / step) * step];
  const count = Math.max(1, Math.round((high - low) / step));
  return {
    at: (value) => from + ((value - low) / (high - low || 1)) * (to - from),
    ticks: Array.from({ length: count + 1 }, (_, index) => low + index * step),
  };
}

/** Even factors, for values that differ much; all above 0. */
export function logAxis(min: number, max: number, from: number, to: number): Axis {
  const [low, high] = [Math.log(min * 0.95), Math.log(max * 1.05)];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)) - 1; power <= Math.ceil(Math.log10(max)); power++) {
    for (const digit of [1, 2, 5]) {
      const value = digit * 10 ** power;
      if (Math.log(value) >= low && Math.log(value) <= high) ticks.push(value);
    }
  }
  return { at: (value) => from + ((Math.log(value) - low) / (high - low)) * (to - from), ticks };
}

function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const digit = [1, 2, 5, 10].find((one) => one * power >= step) ?? 10;
  return digit * power;
}

/** Lines and figures of an axis that runs from left to right. */
export function bottomAxis(axis: Axis, top: number, bottom: number): readonly Html[] {
  return axis.ticks.map(
    (tick) =>
      html`<g class="tick">
        <line class="grid" x1="${axis.at(tick)}" x2="${axis.at(tick)}" y1="${top}" y2="${bottom}" />
        <text x="${axis.at(tick)}" y="${bottom + 18}" text-anchor="middle">${tickText(tick)}</text>
      </g>`,
  );
}

/** Lines and figures of an axis that runs upwards. */
export function leftAxis(axis: Axis, left: number, right: number): readonly Html[] {
  return axis.ticks.map(
    (tick) =>
      html`<g class="tick">
        <line class="grid" x1="${left}" x2="${right}" y1="${axis.at(tick)}" y2="${axis.at(tick)}" />
        <text x="${left - 8}" y="${axis.at(tick) + 4}" text-anchor="end">${tickText(tick)}</text>
      </g>`,
  );
}

function tickText(tick: number): string {
  return tick === 0 ? '0' : String(Number(figure(tick)));
}
