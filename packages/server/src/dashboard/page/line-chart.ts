import { element, setChildren, setText, svg } from './elements.js';
import { figureOr, trimmed, type Figure } from './figures.js';
import { SHOWN_MS } from './traffic-series.js';

export interface ChartLine {
  readonly key: string;
  readonly label: string;
  /** Colour slot. */
  readonly slot: number;
  /** Rising in time; a line is broken where there is no value. */
  readonly points: readonly { readonly at: number; readonly value: number | undefined }[];
}

const WIDTH = 600;
const HEIGHT = 150;
/** Room for the line's own width at the edges. */
const INSET = 3;
/** Seconds between points; a longer gap is a break in what was seen. */
const BREAK_MS = 15_000;

/** A small line chart of the last minutes: one line per version, the newest value in the legend, or that under the pointer. */
export class LineChart {
  readonly root: HTMLElement;
  readonly #figure: Figure;
  readonly #smallest: number;
  readonly #top = element('span', { class: 'axis-top' });
  readonly #lines = svg('g');
  readonly #cursor = svg('line', { class: 'cursor', y1: 0, y2: HEIGHT, visibility: 'hidden' });
  readonly #legend = element('ul', { class: 'legend' });
  readonly #caption = element('span', { class: 'chart-time' });
  readonly #picture: SVGSVGElement;
  #shown: readonly ChartLine[] = [];
  #now = 0;
  /** Where the pointer is, 0..1 of the width. */
  #pointer: number | undefined;

  /** @param smallest top of the scale at least, so that noise near zero does not look like a mountain */
  constructor(title: string, figure: Figure, smallest: number) {
    this.#figure = figure;
    this.#smallest = smallest;
    this.#picture = svg(
      'svg',
      {
        viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
      },
      ...[0, 0.5, 1].map((part) => {
        const y = INSET + part * (HEIGHT - 2 * INSET);
        return svg('line', { class: 'grid', x1: 0, x2: WIDTH, y1: y, y2: y });
      }),
      this.#lines,
      this.#cursor,
    );
    this.root = element(
      'figure',
      { class: 'chart' },
      element('figcaption', {}, element('span', {}, title), this.#caption),
      element(
        'div',
        { class: 'plot' },
        this.#picture,
        this.#top,
        element('span', { class: 'axis-bottom' }, '0'),
      ),
      element(
        'div',
        { class: 'time-axis', 'aria-hidden': 'true' },
        element('span', {}, '5 min ago'),
        element('span', {}, 'now'),
      ),
      this.#legend,
    );
    this.#picture.addEventListener('pointermove', (event) => {
      const box = this.#picture.getBoundingClientRect();
      this.#pointer = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      this.#tell();
    });
    this.#picture.addEventListener('pointerleave', () => {
      this.#pointer = undefined;
      this.#tell();
    });
  }

  /** @param now milliseconds, the right edge */
  show(lines: readonly ChartLine[], now: number): void {
    this.#shown = lines;
    this.#now = now;
    const values = lines.flatMap(({ points }) => points.map(({ value }) => value ?? 0));
    const top = niceCeiling(Math.max(this.#smallest, ...values));
    setText(this.#top, trimmed(this.#figure)(top));
    setChildren(
      this.#lines,
      lines.map(({ slot, points }) =>
        svg('path', { class: `line slot-${String(slot)}`, d: this.#path(points, top) }),
      ),
    );
    this.#tell();
  }

  #path(points: ChartLine['points'], top: number): string {
    let before: number | undefined;
    let d = '';
    for (const { at, value } of points) {
      if (value === undefined) {
        before = undefined;
        continue;
      }
      const x = WIDTH * (1 - (this.#now - at) / SHOWN_MS);
      const y = HEIGHT - INSET - (value / top) * (HEIGHT - 2 * INSET);
      const joined = before !== undefined && at - before <= BREAK_MS;
      d += `${joined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      before = at;
    }
    return d;
  }

  /** Writes the legend: the values at the pointer, otherwise the newest. */
  #tell(): void {
    const pointer = this.#pointer;
    const at = pointer === undefined ? undefined : this.#now - (1 - pointer) * SHOWN_MS;
    this.#cursor.setAttribute('visibility', pointer === undefined ? 'hidden' : 'visible');
    const x = String((pointer ?? 0) * WIDTH);
    this.#cursor.setAttribute('x1', x);
    this.#cursor.setAttribute('x2', x);
    setText(this.#caption, at === undefined ? '' : `${String(Math.round((this.#now - at) / 1000))} s ago`);
    while (this.#legend.childElementCount > this.#shown.length) this.#legend.lastElementChild?.remove();
    this.#shown.forEach((line, index) => {
      const item = this.#legend.children[index] ?? this.#legend.appendChild(legendItem());
      const [swatch, label, value] = item.children;
      if (swatch === undefined || label === undefined || value === undefined) return;
      swatch.className = `swatch slot-${String(line.slot)}`;
      setText(label, line.label);
      setText(value, figureOr(this.#figure, valueAt(line, at)));
    });
  }
}

function legendItem(): HTMLElement {
  return element(
    'li',
    {},
    element('i', { 'aria-hidden': 'true' }),
    element('span', { class: 'legend-label' }),
    element('b'),
  );
}

/** The value nearest to a time, the newest without one; none where nothing was seen near it. */
function valueAt({ points }: ChartLine, at: number | undefined): number | undefined {
  if (at === undefined) return points.at(-1)?.value;
  const nearest = points.reduce<ChartLine['points'][number] | undefined>(
    (best, point) => (best === undefined || Math.abs(point.at - at) < Math.abs(best.at - at) ? point : best),
    undefined,
  );
  return nearest !== undefined && Math.abs(nearest.at - at) <= BREAK_MS ? nearest.value : undefined;
}

/** The next of 1, 2, 5 times a power of ten. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}
