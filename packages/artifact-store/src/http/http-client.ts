import type { Logger } from '@care/registry-core';
import type { Environment } from '../environment.js';

export interface HttpClientOptions {
  /**
   * `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` (also in lower case); certificate authorities to trust beside the usual:
   * `CARE_CA_FILE`, `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `NODE_EXTRA_CA_CERTS`.
   */
  readonly env: Environment;
  /** True: every request throws `OFFLINE` and the network is not touched. Default: false. */
  readonly offline?: boolean;
  /** A small request as a whole, its repetitions included; milliseconds, default 15,000. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds, default 10,000. */
  readonly connectTimeoutMs?: number;
  /** No byte for that long ends an attempt; milliseconds, default 30,000. */
  readonly stallTimeoutMs?: number;
  /** Of a small request, and of a download without any progress; default 4. */
  readonly attempts?: number;
  /** Bounds of the pause before the next attempt: the n-th is random in 0..min(most, first x 2^(n-1)). Default 500 ms, 20 s. */
  readonly backoffMs?: { readonly first: number; readonly most: number };
  /** Values that appear in no message, also not percent-encoded or in base64. */
  readonly secrets?: readonly string[];
  readonly logger?: Logger;
  readonly userAgent?: string;
}

export interface JsonRequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Default 16 MiB. */
  readonly maxBytes?: number;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The document; of an error answer that is no JSON its text. */
  readonly body: unknown;
  /** Where it came from in the end, after redirects. May hold secrets: show it by `redactUrl`. */
  readonly url: string;
}

export type RedirectMode = 'follow' | 'error' | 'manual';

export interface OpenRequest {
  readonly url: string;
  readonly method?: string;
  /** What is secret or unknown goes to the first origin only. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Default: `follow`. */
  readonly redirect?: RedirectMode;
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet; content encodings are undone. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly url: string;
  readonly redirected: boolean;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the answer without reading the rest. */
  discard(): void;
}

/** Options with their defaults, for what is built upon the client. */
export interface HttpSettings {
  readonly offline: boolean;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly attempts: number;
  readonly backoffMs: { readonly first: number; readonly most: number };
  readonly logger: Logger;
  readonly userAgent: string;
}

export interface HttpClient {
  readonly settings: HttpSettings;
  /** Takes secrets and the sensitive parts of URLs out of a text. */
  readonly redact: (text: string) => string;
  /**
   * WHATWG `fetch`. GET and HEAD are repeated on 408, 425, 429, 500, 502, 503, 504 and broken connections; the last answer is
   * given back. Redirects to another origin drop Authorization, Cookie and every header that is not harmless.
   * @throws CareError `OFFLINE`, `ABORTED`, `REGISTRY_TIMEOUT`, `REGISTRY_UNAVAILABLE`
   */
  readonly fetch: typeof fetch;
  /**
   * GET of a JSON document, repeated as `fetch` does. Answers below 500 are given back with their status.
   * @throws CareError `OFFLINE`, `ABORTED`, `REGISTRY_TIMEOUT`, `REGISTRY_UNAVAILABLE` (also: 5xx, not JSON, too large)
   */
  json(url: string, options?: JsonRequestOptions): Promise<JsonAnswer>;
  /** One attempt, redirects included, whatever the status. Errors as `fetch`; `details.reason` tells what broke. */
  open(request: OpenRequest): Promise<HttpAnswer>;
  /** Ends all connections, also those in use. */
  close(): Promise<void>;
}
