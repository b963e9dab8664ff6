import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { notFound } from './http/request-refused.js';
import { pathParameter, type ApiRoute } from './http/route.js';

/** Beside the sources in a checkout and in the published package alike. */
const FOLDER = new URL('../src/dashboard/', import.meta.url);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Everything comes from this server; nothing is written into the page but by its own script. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/** The dashboard. Its files are read once: a name of a request is looked up among them, no path is made of it. */
export async function dashboardRoutes(): Promise<readonly ApiRoute[]> {
  const files = new Map<string, Buffer>();
  for (const name of await readdir(FOLDER)) {
    if (CONTENT_TYPES[extname(name)] !== undefined && !name.includes('.test.'))
      files.set(name, await readFile(new URL(name, FOLDER)));
  }
  const route = (url: string, nameOf: ApiRoute['handle']): ApiRoute => ({
    method: 'GET',
    url,
    summary: 'The dashboard',
    tag: 'operation',
    answer: { 'text/html': { type: 'string' } },
    handle: (request, reply) => {
      const name = String(nameOf(request, reply));
      const file = files.get(name);
      if (file === undefined) throw notFound('no such page');
      void reply.headers({
        'content-type': CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      });
      return file;
    },
  });
  return [
    route('/', () => 'index.html'),
    route('/dashboard/:file', (request) => pathParameter(request, 'file')),
  ];
}
