import { CareError, errorMessage } from '@care/registry-core';
import { basicAuthorization } from './basic-authorization.js';
import type { HttpAnswer, OpenRequest } from './http-client.js';

const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/** `fetch` over a function that answers plain requests. */
export function webFetch(
  ask: (request: OpenRequest) => Promise<HttpAnswer>,
  redact: (text: string) => string,
): typeof fetch {
  return async (input, init) => {
    const request = normalised(input, init, redact);
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const answer = await ask({
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      redirect: request.redirect,
      signal: request.signal,
      ...(body === undefined ? {} : { body }),
    });
    const { status, statusText, headers, url, redirected } = answer;
    const response = new Response(WITHOUT_BODY.has(status) ? null : answer.body, {
      status,
      statusText,
      headers,
    });
    // A constructed Response knows neither.
    Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
    return response;
  };
}

function normalised(
  input: Parameters<typeof fetch>[0],
  init: Parameters<typeof fetch>[1],
  redact: (text: string) => string,
): Request {
  try {
    if (input instanceof Request) return new Request(input, init);
    // A Request refuses addresses with an account, and names them in its error.
    const { url, authorization } = basicAuthorization(new URL(input));
    const request = new Request(url, init);
    if (authorization !== undefined && !request.headers.has('authorization')) {
      request.headers.set('authorization', authorization);
    }
    return request;
  } catch (error) {
    throw new CareError('OPTIONS_INVALID', `this is no request: ${redact(errorMessage(error))}`, {
      remedy: 'Give an http or https address and the options of fetch.',
    });
  }
}
