import { silentLogger } from '@care/registry-core';
import { redactUrl } from '../secrets/redact-url.js';
import { redactor } from '../secrets/redactor.js';
import { exchange } from './exchange.js';
import type {
  HttpAnswer,
  HttpClient,
  HttpClientOptions,
  HttpSettings,
  JsonRequestOptions,
  OpenRequest,
} from './http-client.js';
import { readJson } from './json-answer.js';
import { repeatedRequest } from './repeated-request.js';
import { withinTime } from './time-limit.js';
import { webFetch } from './web-fetch.js';
import { proxySecrets } from './wire/proxy-choice.js';
import { Wire } from './wire/wire.js';

const DEFAULT_JSON_BYTES = 16 * 1024 * 1024;

/** One client for all requests of a registry; opens no connection before the first. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const settings = settingsOf(options);
  // Not among the settings, which are for everybody to see.
  const secrets = [
    ...(options.secrets ?? []).filter((secret) => secret !== ''),
    ...proxySecrets(options.env),
  ];
  const redact = redactor(secrets);
  const connection = {
    wire: new Wire(options.env, settings),
    settings,
    secrets,
    redact,
  };
  const open = (request: OpenRequest) => exchange(request, connection);
  /** The request with its repetitions, and what `use` makes of the answer, within the time of a small request. */
  const ask = <T>(
    request: OpenRequest,
    use: (answer: HttpAnswer, shown: string) => Promise<T>,
  ): Promise<T> => {
    const ms = settings.requestTimeoutMs;
    const deadline = Date.now() + ms;
    const url = redact(redactUrl(request.url));
    return withinTime({ ms, signal: request.signal, url }, async (signal) =>
      use(await repeatedRequest({ ...request, signal }, { settings, redact, open, deadline, signal }), url),
    );
  };

  return {
    settings,
    redact,
    open,
    // The time ends with the headers: what follows may be large.
    fetch: webFetch((request) => ask(request, (answer) => Promise.resolve(answer)), redact),
    json: (url, { headers, signal, maxBytes = DEFAULT_JSON_BYTES }: JsonRequestOptions = {}) =>
      ask(
        {
          url,
          headers: { accept: 'application/json', ...headers },
          ...(signal === undefined ? {} : { signal }),
        },
        (answer, shown) => readJson(answer, shown, maxBytes),
      ),
    close: () => {
      connection.wire.close();
      return Promise.resolve();
    },
  };
}

function settingsOf(options: HttpClientOptions): HttpSettings {
  return {
    offline: options.offline ?? false,
    requestTimeoutMs: options.requestTimeoutMs ?? 15_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
    attempts: Math.max(1, options.attempts ?? 4),
    backoffMs: options.backoffMs ?? { first: 500, most: 20_000 },
    logger: options.logger ?? silentLogger,
    userAgent: options.userAgent ?? 'care',
  };
}
