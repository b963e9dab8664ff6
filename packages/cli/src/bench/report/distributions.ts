import { candidateName, type Profile } from '@care/benchmark';
import { html, type Html } from '../../evaluate/report/html.js';
import { bottomAxis, logAxis, type Axis } from './axis.js';

const WIDTH = 920;
const ROW = 52;
const AREA = { left: 20, right: WIDTH - 20, top: 6 };
/** More dots than this hide one another: every k-th is drawn, and all that are far out. */
const MAX_DOTS = 400;

/** Every run of every candidate along one axis, with quartiles and median. */
export function distributionSection(profiles: readonly Profile[]): Html {
  const all = profiles.flatMap(({ latency }) => latency.endToEnd).filter((ms) => ms > 0);
  if (all.length === 0) return html`<p class="faint">Nothing was measured.</p>`;
  const x = logAxis(least(all), greatest(all), AREA.left, AREA.right);
  const bottom = AREA.top + profiles.length * ROW;
  return html`<div class="chart">
    <svg viewBox="0 0 ${WIDTH} ${bottom + 44}" role="img" aria-label="Latency of every run of each candidate">
      ${bottomAxis(x, AREA.top, bottom)} ${profiles.map((profile, index) => row(profile, index, x))}
      <text x="${WIDTH / 2}" y="${bottom + 38}" text-anchor="middle">
        milliseconds of a call, each step the same factor
      </text>
    </svg>
    <div class="legend">
      <span>A dot is a run, a box the middle half of them, a bar the median. No run is left out.</span>
    </div>
  </div>`;
}

function row(profile: Profile, index: number, x: Axis): Html {
  const sorted = profile.latency.endToEnd.filter((ms) => ms > 0).toSorted((a, b) => a - b);
  const top = AREA.top + index * ROW;
  const middle = top + 34;
  const at = (share: number): number => x.at(sorted[Math.floor(share * (sorted.length - 1))] ?? 1);
  const every = Math.max(1, Math.ceil(sorted.length / MAX_DOTS));
  const dots = sorted.filter((_, place) => place % every === 0 || place > sorted.length - 10);
  return html`<g>
    <text x="${AREA.left}" y="${top + 16}">${index + 1}: ${candidateName(profile)}</text>
    ${dots.map((ms, place) => html`<circle class="run" cx="${x.at(ms).toFixed(1)}" cy="${(middle + jitter(place)).toFixed(1)}" r="2.5" />`)}
    <rect
      class="box"
      x="${at(0.25)}"
      y="${middle - 9}"
      width="${Math.max(1, at(0.75) - at(0.25))}"
      height="18"
      rx="2"
    />
    <line class="median" x1="${at(0.5)}" x2="${at(0.5)}" y1="${middle - 11}" y2="${middle + 11}" />
  </g>`;
}

/** Spread evenly without chance, so that the same figures give the same page. */
function jitter(place: number): number {
  return ((place * 0.618_034) % 1) * 14 - 7;
}

function least(values: readonly number[]): number {
  return values.reduce((min, value) => Math.min(min, value), Infinity);
}

function greatest(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}
