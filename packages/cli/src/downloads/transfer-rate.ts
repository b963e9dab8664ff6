const WINDOW_MS = 5_000;

/** Bytes a second over the last five seconds, from how far a download is at moments. */
export class TransferRate {
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  add(at: number, bytes: number): void {
    // Fewer bytes than before: the download started over.
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
  }

  /** Undefined before there are two moments to compare. */
  get bytesPerSecond(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
