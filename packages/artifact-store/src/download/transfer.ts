import { isCareError } from '@care/registry-core';
import type { HttpAnswer, HttpClient } from '../http/http-client.js';
import { isPassing } from '../http/network-failure.js';
import { delayBefore } from '../http/retry-policy.js';
import { retryAfterSeconds } from '../http/retry-after.js';
import { pause } from '../abort.js';
import { requireRoom } from '../files/free-room.js';
import { storageFailure } from '../files/storage-failure.js';
import { redactUrl } from '../secrets/redact-url.js';
import { corruptDownload, downloadFailure } from './download-failure.js';
import type { DownloadSource } from './download-source.js';
import type { PartialFile } from './partial-file.js';
import type { ProgressMeter } from './progress-meter.js';
import { planResponse, type ResponsePlan } from './response-plan.js';
import type { Checksums } from './running-checksums.js';

/** A pause that a server asks for beyond this is told to the caller instead of made; milliseconds. */
const LONGEST_PAUSE_MS = 60_000;
const MAX_REFRESHES = 2;
/** Whole downloads whose checksum is wrong before it is given up. */
const MAX_CORRUPT = 2;

type Body = Extract<ResponsePlan, { readonly kind: 'append' | 'replace' }>;

interface Setback {
  readonly why: string;
  readonly status?: number | undefined;
  readonly headers?: Headers;
  readonly cause?: unknown;
  /** Not counted as a failed attempt: something else is tried. */
  readonly free?: boolean;
}

export interface Received extends Checksums {
  readonly size: number;
}

/** Brings the rest of a file: asks, goes on after what is there, verifies, and begins again where that helps. */
export class Transfer {
  readonly #client: HttpClient;
  readonly #source: DownloadSource;
  readonly #partial: PartialFile;
  readonly #meter: ProgressMeter;
  readonly #signal: AbortSignal | undefined;
  #url = '';
  #expired = false;
  #refreshes = 0;
  #corrupt = 0;
  #failures = 0;
  #furthest: number;
  /** As the server told it in this call. */
  #serverMd5: string | undefined;
  /** The bytes before this call's own came from another one. */
  #inherited: boolean;

  constructor(
    client: HttpClient,
    source: DownloadSource,
    partial: PartialFile,
    meter: ProgressMeter,
    signal?: AbortSignal,
  ) {
    this.#client = client;
    this.#source = source;
    this.#partial = partial;
    this.#meter = meter;
    this.#signal = signal;
    this.#furthest = partial.length;
    this.#inherited = partial.length > 0;
  }

  async run(): Promise<Received> {
    for (;;) {
      const outcome = await this.#attempt();
      if ('sha256' in outcome) return outcome;
      await this.#afterSetback(outcome);
    }
  }

  get #total(): number | undefined {
    return this.#source.size ?? this.#partial.origin?.totalBytes;
  }

  get #verifiable(): boolean {
    return this.#source.sha256 !== undefined || this.#source.md5 !== undefined;
  }

  get #shownUrl(): string {
    return this.#client.redact(redactUrl(this.#url));
  }

  async #attempt(): Promise<Received | Setback> {
    const total = this.#total;
    if (total !== undefined && this.#partial.length >= total) {
      // All of it is there: only a checksum can say that it is right, no server would send "nothing more".
      if (this.#partial.length === total && this.#verifiable) return this.#verify();
      await this.#partial.restart();
    }
    try {
      await this.#locate();
      await this.#leaveForeignBytes();
      const answer = await this.#ask();
      const plan = planResponse(answer, {
        offset: this.#partial.length,
        validator: this.#partial.origin?.validator,
        declaredBytes: this.#source.size,
        knownBytes: this.#partial.origin?.totalBytes,
      });
      if ('endIsTold' in plan) return await this.#take(answer, plan);
      answer.discard();
      return await this.#refused(answer, plan);
    } catch (error) {
      if (!isCareError(error, 'REGISTRY_TIMEOUT', 'REGISTRY_UNAVAILABLE')) throw error;
      const setback = { why: error.message, cause: error };
      if (!isPassing(error, 'download')) throw this.#failure(setback);
      return setback;
    }
  }

  async #locate(): Promise<void> {
    const { url } = this.#source;
    if (typeof url === 'string') this.#url = url;
    else if (this.#url === '' || this.#expired) this.#url = await url({ expired: this.#expired });
    this.#expired = false;
  }

  /** Without a checksum only the mark of the same resource says that the rest belongs to what is there. */
  async #leaveForeignBytes(): Promise<void> {
    const { length, origin } = this.#partial;
    if (length === 0 || this.#verifiable) return;
    if (origin?.resource === this.#shownUrl && origin.validator !== undefined) return;
    this.#inherited = false;
    await this.#stored(this.#partial.restart());
  }

  #ask(): Promise<HttpAnswer> {
    const offset = this.#partial.length;
    const { origin } = this.#partial;
    const sameResource = origin?.resource === this.#shownUrl;
    return this.#client.open({
      url: this.#url,
      headers: {
        ...this.#source.headers,
        'accept-encoding': 'identity',
        ...(offset === 0 ? {} : { range: `bytes=${offset}-` }),
        ...(offset > 0 && sameResource && origin.validator !== undefined
          ? { 'if-range': origin.validator }
          : {}),
      },
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
    });
  }

  async #take(answer: HttpAnswer, plan: Body): Promise<Received | Setback> {
    const total = this.#source.size ?? plan.totalBytes;
    try {
      await this.#prepare(answer.status, plan, total);
    } catch (error) {
      answer.discard();
      throw error;
    }
    for await (const chunk of answer.body) {
      if (total !== undefined && this.#partial.length + chunk.length > total) {
        await this.#stored(this.#partial.restart());
        return this.#wrong(`the server sent more than the ${total} bytes that were told`);
      }
      await this.#stored(this.#partial.append(chunk));
      this.#meter.move(this.#partial.length);
    }
    if (total !== undefined && this.#partial.length < total) {
      return { why: `the connection ended after ${this.#partial.length} of ${total} bytes` };
    }
    return this.#verify();
  }

  async #prepare(status: number, plan: Body, total: number | undefined): Promise<void> {
    if (!plan.endIsTold && total === undefined && !this.#verifiable && plan.md5 === undefined) {
      throw this.#failure({ why: 'neither the server nor the registry tells how long the file is', status });
    }
    if (plan.kind === 'replace') {
      this.#inherited = false;
      await this.#stored(
        this.#partial.restart({
          resource: this.#shownUrl,
          ...(plan.validator === undefined ? {} : { validator: plan.validator }),
          ...(total === undefined ? {} : { totalBytes: total }),
        }),
      );
    }
    this.#serverMd5 = plan.md5;
    if (total !== undefined) await requireRoom(this.#partial.path, total - this.#partial.length);
    this.#meter.expect(total);
    this.#meter.jump(this.#partial.length);
  }

  async #verify(): Promise<Received | Setback> {
    const size = this.#partial.length;
    const found = await this.#stored(this.#partial.finish());
    const { sha256, md5 } = this.#source;
    const wrong =
      difference('sha256', sha256, found.sha256) ??
      difference('md5', md5, found.md5) ??
      difference('md5 of the server', this.#serverMd5, found.md5);
    if (wrong === undefined) {
      this.#meter.finish(size);
      return { ...found, size };
    }
    await this.#stored(this.#partial.restart());
    return this.#wrong(wrong);
  }

  /** What was received is gone; the first time, or when a part was inherited, the whole is tried once more. */
  #wrong(why: string): Setback {
    if (this.#inherited) {
      this.#inherited = false;
      return { why, free: true };
    }
    this.#corrupt += 1;
    if (this.#corrupt >= MAX_CORRUPT) throw corruptDownload(this.#source.name, this.#shownUrl, why);
    return { why };
  }

  async #refused(answer: HttpAnswer, plan: Exclude<ResponsePlan, Body>): Promise<Setback> {
    const { status, headers } = answer;
    switch (plan.kind) {
      case 'ask-whole':
        this.#inherited = false;
        await this.#stored(this.#partial.restart());
        return { why: plan.why, free: true };
      case 'expired':
        if (typeof this.#source.url !== 'string' && this.#refreshes < MAX_REFRESHES) {
          this.#refreshes += 1;
          this.#expired = true;
          return { why: `the server answered ${status}`, status, free: true };
        }
        throw this.#failure({ why: `the server answered ${status}`, status });
      case 'later':
        return { why: plan.why, status, headers };
      case 'refused':
        if (plan.cause === 'size') return this.#wrong(plan.why);
        throw this.#failure({ why: plan.why, status });
    }
  }

  async #afterSetback(setback: Setback): Promise<void> {
    const { name } = this.#source;
    const { settings } = this.#client;
    settings.logger.debug(
      { name, url: this.#shownUrl, why: setback.why, receivedBytes: this.#partial.length },
      'download interrupted',
    );
    if (setback.free === true) return;
    if (this.#partial.length > this.#furthest) {
      this.#furthest = this.#partial.length;
      this.#failures = 0;
      this.#refreshes = 0;
    }
    this.#failures += 1;
    const delay = delayBefore(this.#failures, setback.headers, settings.backoffMs);
    if (this.#failures >= settings.attempts || delay > LONGEST_PAUSE_MS) throw this.#failure(setback);
    await pause(delay, this.#signal, `the download of ${name}`);
  }

  #failure({ why, status, cause, headers }: Setback): Error {
    const seconds = headers === undefined ? undefined : retryAfterSeconds(headers.get('retry-after'));
    return downloadFailure({
      name: this.#source.name,
      url: this.#shownUrl,
      why,
      status,
      cause,
      receivedBytes: this.#partial.length,
      retryAfterSeconds: seconds,
    });
  }

  async #stored<T>(writing: Promise<T>): Promise<T> {
    try {
      return await writing;
    } catch (error) {
      throw storageFailure(error, this.#partial.path);
    }
  }
}

function difference(what: string, expected: string | undefined, found: string): string | undefined {
  if (expected === undefined || expected.toLowerCase() === found) return undefined;
  return `its ${what} is ${found}, not ${expected.toLowerCase()}`;
}
