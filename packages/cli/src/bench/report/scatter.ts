import type { AccuracyBasis } from '@care/benchmark';
import { html, type Html } from '../../evaluate/report/html.js';
import { bottomAxis, leftAxis, linearAxis, type Axis } from './axis.js';

/** One candidate by latency and accuracy. */
export interface ScatterPoint {
  /** As in the table. */
  readonly number: number;
  readonly name: string;
  /** Median, and the bound of the highest percentile up to p95 that the runs carry. */
  readonly ms: number;
  readonly upperMs: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly onFront: boolean;
}

const [WIDTH, HEIGHT] = [920, 420];
const AREA = { left: 64, right: WIDTH - 24, top: 16, bottom: HEIGHT - 52 };
const RADIUS = 9;

interface Marker extends ScatterPoint {
  readonly x: number;
  readonly y: number;
}

/** Markers that would cover one another are moved apart, downwards. */
function markers(points: readonly ScatterPoint[], x: Axis, y: Axis): Marker[] {
  const placed: Marker[] = [];
  // Those on the front stay where they are: the line goes through them.
  for (const point of points.toSorted((a, b) => Number(b.onFront) - Number(a.onFront))) {
    const marker = { ...point, x: x.at(point.ms), y: y.at(point.accuracy) };
    const covered = (): boolean =>
      placed.some((other) => Math.hypot(other.x - marker.x, other.y - marker.y) < 2 * RADIUS);
    while (covered()) marker.y += 2 * RADIUS;
    placed.push(marker);
  }
  return placed;
}

/** Latency against accuracy, with the Pareto front. */
export function scatterSection(
  points: readonly ScatterPoint[],
  basis: AccuracyBasis | undefined,
  percentile: number | undefined,
): Html {
  if (points.length === 0 || basis === undefined) {
    return html`<h2>Latency and accuracy</h2>
      <p class="faint">No accuracy is known: labelled pictures (--data) tell it.</p>`;
  }
  const x = linearAxis(0, Math.max(...points.map(({ upperMs }) => upperMs)), AREA.left, AREA.right);
  const y = linearAxis(
    Math.min(...points.map(({ low }) => low)),
    Math.max(...points.map(({ high }) => high)),
    AREA.bottom,
    AREA.top,
  );
  const front = points.filter(({ onFront }) => onFront).toSorted((a, b) => a.ms - b.ms);
  const line = front
    .map(({ ms, accuracy }) => `${x.at(ms).toFixed(1)},${y.at(accuracy).toFixed(1)}`)
    .join(' ');
  return html`<h2>Latency and accuracy</h2>
    <div class="chart">
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        role="img"
        aria-label="Latency against accuracy of each candidate"
      >
        ${bottomAxis(x, AREA.top, AREA.bottom)} ${leftAxis(y, AREA.left, AREA.right)}
        <text x="${(AREA.left + AREA.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">
          milliseconds of a call
        </text>
        <text transform="translate(16 ${(AREA.top + AREA.bottom) / 2}) rotate(-90)" text-anchor="middle">
          ${basis.metric}, ${basis.kind}
        </text>
        ${front.length > 1 ? html`<polyline class="line" points="${line}" />` : ''}
        ${markers(points, x, y)
          .toSorted((a, b) => Number(a.onFront) - Number(b.onFront))
          .map(
            (point) =>
              html`<g class="${point.onFront ? 'front' : ''}">
                <title>${point.number}: ${point.name}</title>
                <line
                  class="whisker"
                  x1="${x.at(point.ms)}"
                  x2="${x.at(point.upperMs)}"
                  y1="${y.at(point.accuracy)}"
                  y2="${y.at(point.accuracy)}"
                />
                <line
                  class="whisker"
                  x1="${x.at(point.ms)}"
                  x2="${x.at(point.ms)}"
                  y1="${y.at(point.low)}"
                  y2="${y.at(point.high)}"
                />
                <circle class="point" cx="${point.x}" cy="${point.y}" r="${RADIUS}" />
                <text class="number" x="${point.x}" y="${point.y}">${point.number}</text>
              </g>`,
          )}
      </svg>
      <div class="legend">
        <span
          >${percentile === undefined ? 'There are too few runs for a Pareto front.' : `Green: Pareto front of accuracy and p${percentile} by their bounds, nothing is both faster and more accurate.`}</span
        >
        <span
          >Lines: from the median to the upper bound of p95 (or the highest percentile that the runs carry);
          95 % of the accuracy. Points that would cover one another are moved down.</span
        >
      </div>
    </div>`;
}
