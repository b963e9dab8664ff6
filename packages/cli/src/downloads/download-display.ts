import type { FetchProgress } from '@care/registry-core';
import type { OutputStream } from '../cli-io.js';
import { printable } from '../output/printable.js';
import { CLEAR_LINE, progressBar, widthOf } from '../output/progress.js';
import { FileTransfer } from './file-transfer.js';

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5_000;
/** More would scroll a small terminal. */
const MOST_BARS = 8;
const LABEL_WIDTH = 36;
const LINE_UP = '\u001b[1A';

/** Shows downloads that run side by side. */
export interface DownloadDisplay {
  /** Listener for the files of one model, which is called `owner`. */
  of(owner: string): (progress: FetchProgress) => void;
  /** Takes the bars away while `write` prints, so that lines never mix. */
  around(write: () => void): void;
  /** Takes the bars away for good. */
  stop(): void;
}

export interface DownloadDisplayOptions {
  /** Milliseconds, monotonic; `performance.now` by default. */
  readonly now?: () => number;
}

/** A bar for each file in a terminal; elsewhere a line every five seconds and one when a file is here. */
export function createDownloadDisplay(
  stream: OutputStream,
  { now = () => performance.now() }: DownloadDisplayOptions = {},
): DownloadDisplay {
  return stream.isTTY === true ? new DownloadBars(stream, now) : new DownloadLines(stream, now);
}

/** Shows nothing. */
export const noDownloadDisplay: DownloadDisplay = {
  of: () => () => undefined,
  around: (write) => write(),
  stop: () => undefined,
};

const labelOf = (owner: string, { artifact }: FetchProgress): string => printable(`${owner} ${artifact}`);

class DownloadBars implements DownloadDisplay {
  readonly #transfers = new Map<string, FileTransfer>();
  #drawn = 0;
  #drawnAt = -Infinity;

  constructor(
    private readonly stream: OutputStream,
    private readonly now: () => number,
  ) {}

  of(owner: string): (progress: FetchProgress) => void {
    return (progress) => {
      const label = labelOf(owner, progress);
      const known = this.#transfers.get(label);
      const transfer = known ?? new FileTransfer(label, this.now(), progress);
      transfer.move(this.now(), progress);
      if (transfer.finished) this.#transfers.delete(label);
      else this.#transfers.set(label, transfer);
      if (known === undefined && transfer.finished) return;
      if (transfer.finished || this.now() - this.#drawnAt >= REDRAW_MS) this.#draw();
    };
  }

  around(write: () => void): void {
    this.#clear();
    write();
    this.#draw();
  }

  stop(): void {
    this.#transfers.clear();
    this.#clear();
  }

  #draw(): void {
    this.#clear();
    const transfers = [...this.#transfers.values()];
    const shown = transfers.slice(0, MOST_BARS).map((transfer) => this.#line(transfer));
    if (transfers.length > MOST_BARS) shown.push(`and ${transfers.length - MOST_BARS} more files`);
    const width = widthOf(this.stream) - 1;
    this.stream.write(shown.map((line) => `${line.slice(0, width)}\n`).join(''));
    this.#drawn = shown.length;
    this.#drawnAt = this.now();
  }

  #line(transfer: FileTransfer): string {
    const { label } = transfer;
    const short =
      label.length > LABEL_WIDTH ? `...${label.slice(3 - LABEL_WIDTH)}` : label.padEnd(LABEL_WIDTH);
    return `${progressBar(transfer.part ?? 0)} ${short} ${transfer.describe()}`;
  }

  #clear(): void {
    if (this.#drawn > 0) this.stream.write(`${LINE_UP}${CLEAR_LINE}`.repeat(this.#drawn));
    this.#drawn = 0;
  }
}

class DownloadLines implements DownloadDisplay {
  readonly #transfers = new Map<string, { readonly transfer: FileTransfer; writtenAt: number }>();

  constructor(
    private readonly stream: OutputStream,
    private readonly now: () => number,
  ) {}

  of(owner: string): (progress: FetchProgress) => void {
    return (progress) => {
      const now = this.now();
      const label = labelOf(owner, progress);
      const entry = this.#transfers.get(label) ?? {
        transfer: new FileTransfer(label, now, progress),
        writtenAt: now,
      };
      const { transfer } = entry;
      transfer.move(now, progress);
      if (transfer.finished) {
        this.#transfers.delete(label);
        if (transfer.moved) this.stream.write(`${label}: ${transfer.summary(now)}\n`);
        return;
      }
      this.#transfers.set(label, entry);
      if (now - entry.writtenAt < PLAIN_LINE_MS) return;
      this.stream.write(`${label}: ${transfer.describe()}\n`);
      entry.writtenAt = now;
    };
  }

  around(write: () => void): void {
    write();
  }

  stop(): void {
    // Lines stay.
  }
}
