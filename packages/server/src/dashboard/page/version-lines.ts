import type { VersionDocument } from './documents.js';
import type { ChartLine } from './line-chart.js';
import { TrafficSeries, type TrafficPoint } from './traffic-series.js';
import { versionLabels } from './version-words.js';

/** Colours that are told apart; lines beyond them are not drawn. */
const SLOTS = 6;

interface Line {
  readonly slot: number;
  readonly series: TrafficSeries;
  label: string;
  /** It has, or had in the time shown, something to draw. */
  drawn: boolean;
  present: boolean;
}

/** What the versions of one model did over the last minutes. A version keeps its colour, and its line after it has ended. */
export class VersionLines {
  readonly #lines = new Map<string, Line>();

  /** @param at milliseconds, rising from call to call */
  add(at: number, versions: readonly VersionDocument[]): void {
    for (const line of this.#lines.values()) line.present = false;
    const labels = versionLabels(versions);
    for (const version of versions) {
      if (version.state === 'failed') continue;
      const line = this.#lines.get(version.id) ?? this.#begin(version.id);
      if (line === undefined) continue;
      line.present = true;
      line.label = labels.get(version.id) ?? version.id;
      line.series.add(at, version.metrics);
      line.drawn =
        version.role === 'live' ||
        version.role === 'shadow' ||
        line.series.points.some((point) => point.rate > 0);
    }
    for (const [id, line] of this.#lines) {
      line.series.prune(at);
      if (!line.present && line.series.latest === undefined) this.#lines.delete(id);
    }
  }

  slotOf(id: string): number | undefined {
    return this.#lines.get(id)?.slot;
  }

  latest(id: string): TrafficPoint | undefined {
    return this.#lines.get(id)?.series.latest;
  }

  lines(value: (point: TrafficPoint) => number | undefined): ChartLine[] {
    return [...this.#lines]
      .filter(([, line]) => line.drawn)
      .map(([key, { label, slot, series, present }]) => ({
        key,
        slot,
        label: present ? label : `${label} (ended)`,
        points: series.points.map((point) => ({ at: point.at, value: value(point) })),
      }));
  }

  /** A line in the first free colour; without one the line that ended first makes room. */
  #begin(id: string): Line | undefined {
    if (this.#lines.size >= SLOTS) {
      const ended = [...this.#lines].find(([, line]) => !line.present);
      if (ended === undefined) return undefined;
      this.#lines.delete(ended[0]);
    }
    const taken = new Set([...this.#lines.values()].map((line) => line.slot));
    const slot = Array.from({ length: SLOTS }, (_, index) => index).find((index) => !taken.has(index)) ?? 0;
    const line = { slot, series: new TrafficSeries(), label: id, drawn: false, present: true };
    this.#lines.set(id, line);
    return line;
  }
}
