import type { DownloadProgress } from './download-source.js';

const EVENT_EVERY_MS = 100;
const WINDOW_MS = 5_000;

/** Turns received bytes into progress events: ten a second at most, the rate over the last five seconds. */
export class ProgressMeter {
  readonly #name: string;
  readonly #listener: ((progress: DownloadProgress) => void) | undefined;
  readonly #now: () => number;
  #totalBytes: number | undefined;
  #samples: { readonly at: number; readonly bytes: number }[] = [];
  #lastEvent = Number.NEGATIVE_INFINITY;

  constructor(
    name: string,
    listener: ((progress: DownloadProgress) => void) | undefined,
    now: () => number = () => performance.now(),
  ) {
    this.#name = name;
    this.#listener = listener;
    this.#now = now;
  }

  expect(totalBytes: number | undefined): void {
    this.#totalBytes = totalBytes;
  }

  /** The position jumped without bytes on the wire: an attempt begins, goes on or starts over. */
  jump(receivedBytes: number): void {
    this.#samples = [{ at: this.#now(), bytes: receivedBytes }];
    this.#tell(receivedBytes, true);
  }

  move(receivedBytes: number): void {
    this.#tell(receivedBytes, false);
  }

  finish(receivedBytes: number): void {
    this.#totalBytes = receivedBytes;
    this.#tell(receivedBytes, true);
  }

  #tell(receivedBytes: number, always: boolean): void {
    if (this.#listener === undefined) return;
    const at = this.#now();
    if (!always && at - this.#lastEvent < EVENT_EVERY_MS) return;
    this.#lastEvent = at;
    this.#samples.push({ at, bytes: receivedBytes });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    const seconds = first === undefined ? 0 : (at - first.at) / 1000;
    this.#listener({
      name: this.#name,
      receivedBytes,
      bytesPerSecond: first === undefined || seconds <= 0 ? 0 : (receivedBytes - first.bytes) / seconds,
      ...(this.#totalBytes === undefined ? {} : { totalBytes: this.#totalBytes }),
    });
  }
}
