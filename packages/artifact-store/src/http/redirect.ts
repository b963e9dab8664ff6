/** Headers that tell nothing but what is wanted; all others stay with the origin they were meant for. */
const HARMLESS_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'range',
  'user-agent',
]);

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

export type NextHop = Hop | { readonly problem: string };

/** Where a redirect leads, or undefined when the answer is none. */
export function nextHop(
  hop: Hop,
  answer: { readonly status: number; readonly location: string | null },
  secrets: readonly string[],
): NextHop | undefined {
  if (!REDIRECTS.has(answer.status) || answer.location === null) return undefined;
  if (!URL.canParse(answer.location, hop.url.href)) return { problem: 'it redirects to what is no URL' };
  const url = new URL(answer.location, hop.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { problem: `it redirects to a ${url.protocol} address` };
  }
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    return { problem: `it redirects from https to http, at ${url.host}` };
  }
  if (url.hash === '') url.hash = hop.url.hash;
  const headers = new Headers(hop.headers);
  if (url.origin !== hop.url.origin) {
    for (const name of [...headers.keys()]) if (!HARMLESS_HEADERS.has(name)) headers.delete(name);
    url.username = '';
    url.password = '';
    dropSecretParameters(url, secrets);
  }
  const becomesGet =
    (answer.status === 303 && hop.method !== 'GET' && hop.method !== 'HEAD') ||
    ((answer.status === 301 || answer.status === 302) && hop.method === 'POST');
  if (becomesGet) {
    for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language']) {
      headers.delete(name);
    }
    return { url, method: 'GET', headers, body: undefined };
  }
  return { url, method: hop.method, headers, body: hop.body };
}

/** A server that repeats the query of a request in its Location would hand the key to the other host. */
function dropSecretParameters(url: URL, secrets: readonly string[]): void {
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((parameter) => {
      const values = [...new URLSearchParams(parameter).entries()].flat();
      return !values.some((value) => secrets.some((secret) => secret !== '' && value.includes(secret)));
    });
  // Set only when something fell away: a signed query must stay as it is, byte for byte.
  const search = kept.join('&');
  if (search !== url.search.slice(1)) url.search = search;
}
