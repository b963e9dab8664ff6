import type { FetchProgress } from '@care/registry-core';
import { formatBytes, formatDuration } from '../output/quantity.js';
import { TransferRate } from './transfer-rate.js';

/** How far the download of one file is. */
export class FileTransfer {
  readonly label: string;
  readonly #rate = new TransferRate();
  readonly #startedAt: number;
  /** What was there when this began: of an earlier attempt, or the whole file. */
  readonly #before: number;
  #received: number;
  #total: number | undefined;

  constructor(label: string, now: number, { receivedBytes, totalBytes }: FetchProgress) {
    this.label = label;
    this.#startedAt = now;
    this.#before = receivedBytes;
    this.#received = receivedBytes;
    this.#total = totalBytes;
    this.#rate.add(now, receivedBytes);
  }

  move(now: number, { receivedBytes, totalBytes }: FetchProgress): void {
    this.#received = receivedBytes;
    this.#total = totalBytes ?? this.#total;
    this.#rate.add(now, receivedBytes);
  }

  get finished(): boolean {
    return this.#total !== undefined && this.#received >= this.#total;
  }

  /** False: it was in the cache already. */
  get moved(): boolean {
    return this.#received !== this.#before;
  }

  /** 0 to 1; undefined while the size is not known. */
  get part(): number | undefined {
    if (this.#total === undefined) return undefined;
    return this.#total === 0 ? 1 : Math.min(1, this.#received / this.#total);
  }

  /** `12.0 MiB of 48.0 MiB 25 %  4.0 MiB/s  9.0 s left` */
  describe(): string {
    const rate = this.#rate.bytesPerSecond;
    const speed = rate === undefined || rate <= 0 ? '' : `  ${formatBytes(Math.round(rate))}/s`;
    if (this.#total === undefined || this.part === undefined) return `${formatBytes(this.#received)}${speed}`;
    const counted = `${formatBytes(this.#received)} of ${formatBytes(this.#total)} ${Math.floor(this.part * 100)} %`;
    const left =
      rate === undefined || rate <= 0 || this.finished
        ? ''
        : `  ${formatDuration(((this.#total - this.#received) * 1000) / rate)} left`;
    return `${counted}${speed}${left}`;
  }

  /** `downloaded 48.0 MiB in 12.0 s` */
  summary(now: number): string {
    const bytes = formatBytes(this.#received - (this.#received > this.#before ? this.#before : 0));
    return `downloaded ${bytes} in ${formatDuration(now - this.#startedAt)}`;
  }
}
