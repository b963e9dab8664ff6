import { CareError, isCareError, silentLogger } from '@care/registry-core';
import type { Dispatcher } from 'undici';
import { redactUrl } from '../secrets/redact-url.js';
import { redactor } from '../secrets/redactor.js';
import { throwIfAborted } from '../abort.js';
import { createDispatcher, proxySecrets } from './dispatcher.js';
import { exchange } from './exchange.js';
import type {
  HttpClient,
  HttpClientOptions,
  HttpSettings,
  JsonRequestOptions,
  OpenRequest,
} from './http-client.js';
import { readJson } from './json-answer.js';
import { repeatedRequest } from './repeated-request.js';
import { webFetch } from './web-fetch.js';

const DEFAULT_JSON_BYTES = 16 * 1024 * 1024;

/** One client for all requests of a registry; opens no connection before the first. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const settings = settingsOf(options);
  const secrets = [...settings.secrets, ...proxySecrets(options.env)];
  const redact = redactor(secrets);
  let dispatcher: Dispatcher | undefined;
  const connection = {
    dispatcher: () => (dispatcher ??= createDispatcher(options.env, settings)),
    settings,
    secrets,
    redact,
  };
  const open = (request: OpenRequest) => exchange(request, connection);

  return {
    settings,
    redact,
    open,
    fetch: webFetch((request) =>
      repeatedRequest(request, {
        settings,
        redact,
        open,
        deadline: Date.now() + settings.requestTimeoutMs,
        signal: request.signal,
      }),
    ),
    async json(url: string, { headers, signal, maxBytes = DEFAULT_JSON_BYTES }: JsonRequestOptions = {}) {
      const shown = redact(redactUrl(url));
      const timeout = AbortSignal.timeout(settings.requestTimeoutMs);
      const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      const request = { url, headers: { accept: 'application/json', ...headers }, signal: either };
      try {
        const deadline = Date.now() + settings.requestTimeoutMs;
        const answer = await repeatedRequest(request, { settings, redact, open, deadline, signal: either });
        return await readJson(answer, shown, maxBytes);
      } catch (error) {
        throwIfAborted(signal, `the request of ${shown}`);
        if (timeout.aborted && isCareError(error, 'ABORTED')) {
          throw new CareError(
            'REGISTRY_TIMEOUT',
            `${shown} did not answer within ${settings.requestTimeoutMs} ms`,
            { details: { url: shown } },
          );
        }
        throw error;
      }
    },
    async close() {
      await dispatcher?.close();
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
    secrets: (options.secrets ?? []).filter((secret) => secret !== ''),
    logger: options.logger ?? silentLogger,
    userAgent: options.userAgent ?? 'care',
  };
}
