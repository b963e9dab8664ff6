import { CareError } from '@care/registry-core';
import type { IncomingMessage } from 'node:http';
import { redactUrl } from '../secrets/redact-url.js';
import { throwIfAborted } from '../abort.js';
import { basicAuthorization } from './basic-authorization.js';
import type { HttpAnswer, HttpSettings, OpenRequest, RedirectMode } from './http-client.js';
import { networkFailure } from './network-failure.js';
import { nextHop, type Hop } from './redirect.js';
import { readBody } from './wire/wire-body.js';
import type { Wire } from './wire/wire.js';

const MAX_REDIRECTS = 10;

export interface Connection {
  readonly wire: Wire;
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
    const message = await send(hop, request.signal, connection);
    const next =
      request.redirect === 'manual'
        ? undefined
        : nextHop(
            hop,
            { status: message.statusCode ?? 0, location: message.headers.location ?? null },
            connection.secrets,
          );
    if (next === undefined) return answer(message, hop.url.href, redirects > 0, request.signal, connection);
    message.destroy();
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
  const headers = requestHeaders(request.headers);
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'gzip, deflate, br');
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
  if (authorization !== undefined && !headers.has('authorization'))
    headers.set('authorization', authorization);
  return { url, method: (request.method ?? 'GET').toUpperCase(), headers, body: request.body };
}

function requestHeaders(given: OpenRequest['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given ?? {})) {
    try {
      headers.set(name, value);
    } catch {
      // The error would show the value, which may be a key with a line break in it.
      throw new CareError('OPTIONS_INVALID', `the value of the header ${name} cannot be sent`, {
        remedy:
          'Remove line breaks and other signs that are not printable; keys from files often end in one.',
      });
    }
  }
  return headers;
}

async function send(
  hop: Hop,
  signal: AbortSignal | undefined,
  connection: Connection,
): Promise<IncomingMessage> {
  try {
    return await connection.wire.send({ ...hop, signal });
  } catch (error) {
    throw networkFailure(error, { url: hop.url.href, redact: connection.redact, signal });
  }
}

function answer(
  message: IncomingMessage,
  url: string,
  redirected: boolean,
  signal: AbortSignal | undefined,
  connection: Connection,
): HttpAnswer {
  const failure = (error: unknown) => networkFailure(error, { url, redact: connection.redact, signal });
  return {
    status: message.statusCode ?? 0,
    statusText: message.statusMessage ?? '',
    headers: headersOf(message),
    url,
    redirected,
    body: withCareErrors(readBody(message, connection.settings.stallTimeoutMs), failure),
    discard: () => {
      message.destroy();
    },
  };
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  }
  return headers;
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
