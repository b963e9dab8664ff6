import type { BenchProgress } from '@care/benchmark';
import type { OutputStream } from '../cli-io.js';
import { formatDuration } from '../output/quantity.js';

const CLEAR_LINE = '\r\u001b[2K';
const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5000;

const PHASES: Readonly<Record<BenchProgress['phase'], string>> = {
  open: 'opening candidates',
  accuracy: 'accuracy, pictures',
  'warm-up': 'warming up',
  rounds: 'measuring',
  levels: 'throughput',
};

/** What a benchmark does, as one line: `[=====     ] measuring 42 %, 18.3 s left`. */
export function describePhase({ phase, done, total, leftMs }: BenchProgress): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.round(share * BAR_WIDTH);
  const counted =
    phase === 'rounds' ? `${Math.floor(share * 100)} %` : `${done + (phase === 'accuracy' ? 0 : 1)}/${total}`;
  const left = leftMs === undefined ? '' : `, ${formatDuration(leftMs)} left`;
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}] ${PHASES[phase]} ${counted}${left}`;
}

/** Redraws itself in a terminal; an occasional line elsewhere. */
export class TimeProgress {
  readonly #stream: OutputStream;
  readonly #now: () => number;
  #drawnAt = -Infinity;
  #phase = '';
  #visible = false;

  constructor(stream: OutputStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  update(progress: BenchProgress): void {
    const wait = this.#stream.isTTY === true ? REDRAW_MS : PLAIN_LINE_MS;
    if (this.#phase === progress.phase && this.#now() - this.#drawnAt < wait) return;
    this.#phase = progress.phase;
    this.#drawnAt = this.#now();
    const line = describePhase(progress);
    if (this.#stream.isTTY !== true) {
      this.#stream.write(`${line.replace(/^\[.*?\] /, '')}\n`);
      return;
    }
    const { columns = 0 } = this.#stream;
    this.#stream.write(CLEAR_LINE + line.slice(0, (columns > 0 ? columns : 80) - 1));
    this.#visible = true;
  }

  stop(): void {
    if (this.#visible) this.#stream.write(CLEAR_LINE);
    this.#visible = false;
  }
}
