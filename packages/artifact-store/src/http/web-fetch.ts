import type { HttpAnswer, OpenRequest } from './http-client.js';

const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/** `fetch` over a function that answers plain requests. */
export function webFetch(ask: (request: OpenRequest) => Promise<HttpAnswer>): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
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
