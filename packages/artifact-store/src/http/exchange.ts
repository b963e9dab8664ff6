import { CareError } from '@care/registry-core';
import { fetch as undiciFetch, type Dispatcher, type Response as UndiciResponse } from 'undici';
import { redactUrl } from '../secrets/redact-url.js';
import { throwIfAborted } from '../abort.js';
import { basicAuthorization } from './basic-authorization.js';
import type { HttpAnswer, HttpSettings, OpenRequest, RedirectMode } from './http-client.js';
import { networkFailure } from './network-failure.js';
import { nextHop, type Hop } from './redirect.js';

const MAX_REDIRECTS = 10;

export interface Connection {
  readonly dispatcher: () => Dispatcher;
  readonly settings: HttpSettings;
  readonly secrets: readonly string[];
  readonly redact: (text: string) => string;
}

/** One attempt at a request, redirects included. */
export async function exchange(request: OpenRequest, connection: Connection): Promise<HttpAnswer> {
  const { settings, redact } = connection;
  const shown = redact(redactUrl(request.url));
  if (settings.offline) {
    throw new CareError('OFFLINE', `${shown} was not asked: the host is offline`, {
      details: { url: shown },
    });
  }
  throwIfAborted(request.signal, `the request of ${shown}`);
  let hop = firstHop(request, shown, settings.userAgent);
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(hop, request.signal, connection);
    const next =
      request.redirect === 'manual'
        ? undefined
        : nextHop(
            hop,
            { status: response.status, location: response.headers.get('location') },
            connection.secrets,
          );
    if (next === undefined) return answer(response, hop.url.href, redirects > 0, request.signal, connection);
    await response.body?.cancel().catch(() => undefined);
    const problem = redirectProblem(next, redirects, request.redirect);
    if (problem !== undefined) throw refusedRedirect(`${shown}: ${problem}`, shown);
    if (!('problem' in next)) hop = next;
  }
}

function redirectProblem(
  next: Hop | { readonly problem: string },
  redirects: number,
  mode: RedirectMode | undefined,
): string | undefined {
  if ('problem' in next) return next.problem;
  if (mode === 'error') return 'it redirects, which the caller does not want';
  return redirects >= MAX_REDIRECTS ? `it redirects more than ${MAX_REDIRECTS} times` : undefined;
}

function refusedRedirect(message: string, url: string): CareError {
  return new CareError('REGISTRY_UNAVAILABLE', message, { details: { url, lasting: true } });
}

function firstHop(request: OpenRequest, shown: string, userAgent: string): Hop {
  const address = URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (address === undefined || (address.protocol !== 'http:' && address.protocol !== 'https:')) {
    throw new CareError('OPTIONS_INVALID', `${shown} is no http or https address`, {
      remedy: 'Write the address as https://host/path.',
    });
  }
  const { url, authorization } = basicAuthorization(address);
  const headers = new Headers(request.headers);
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
  if (authorization !== undefined && !headers.has('authorization'))
    headers.set('authorization', authorization);
  return { url, method: (request.method ?? 'GET').toUpperCase(), headers, body: request.body };
}

async function send(
  hop: Hop,
  signal: AbortSignal | undefined,
  connection: Connection,
): Promise<UndiciResponse> {
  try {
    return await undiciFetch(hop.url.href, {
      method: hop.method,
      headers: [...hop.headers],
      redirect: 'manual',
      dispatcher: connection.dispatcher(),
      ...(hop.body === undefined ? {} : { body: hop.body }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw networkFailure(error, { url: hop.url.href, redact: connection.redact, signal });
  }
}

function answer(
  response: UndiciResponse,
  url: string,
  redirected: boolean,
  signal: AbortSignal | undefined,
  connection: Connection,
): HttpAnswer {
  const { body } = response;
  return {
    status: response.status,
    statusText: response.statusText,
    headers: new Headers([...response.headers]),
    url,
    redirected,
    body:
      body === null
        ? null
        : withCareErrors(body, (error) => networkFailure(error, { url, redact: connection.redact, signal })),
    discard: async () => {
      // A body that failed already has nothing left to end.
      await body?.cancel().catch(() => undefined);
    },
  };
}

async function* withCareErrors(
  body: AsyncIterable<Uint8Array>,
  failure: (error: unknown) => CareError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk;
  } catch (error) {
    throw failure(error);
  }
}
