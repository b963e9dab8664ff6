import { readdir, readFile } from 'node:fs/promises';
import { CareError } from '@care/registry-core';

/** A file of the dashboard as it is served. */
export interface DashboardAsset {
  /** Content-Type. */
  readonly type: string;
  readonly body: Buffer;
}

/**
 * What the page may do: run its own scripts, ask its own server, nothing else. Model ids and messages come from outside; with
 * trusted types refused not even a mistake in the page could make markup of them.
 */
export const DASHBOARD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Headers of every file of the dashboard besides its type. */
export const DASHBOARD_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': DASHBOARD_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // The names of the files do not change from one release to the next.
  'cache-control': 'no-cache',
};

/** As written; the package contains its sources. */
const WRITTEN = new URL('../../src/dashboard/page/', import.meta.url);
/** As built. */
const BUILT = new URL('../../dist/dashboard/page/', import.meta.url);

/**
 * The page and what it needs, by path: `/` and `/dashboard/...`.
 *
 * @throws CareError ARTIFACT_MISSING (the package is not built, or not whole)
 */
export async function readDashboard(): Promise<ReadonlyMap<string, DashboardAsset>> {
  try {
    const scripts = (await readdir(BUILT)).filter((name) => name.endsWith('.js'));
    const [page, style, ...bodies] = await Promise.all([
      readFile(new URL('index.html', WRITTEN)),
      readFile(new URL('dashboard.css', WRITTEN)),
      ...scripts.map((name) => readFile(new URL(name, BUILT))),
    ]);
    return new Map<string, DashboardAsset>([
      ['/', { type: 'text/html; charset=utf-8', body: page }],
      ['/dashboard/dashboard.css', { type: 'text/css; charset=utf-8', body: style }],
      ...bodies.map((body, index): [string, DashboardAsset] => [
        `/dashboard/${scripts[index] ?? ''}`,
        { type: 'text/javascript; charset=utf-8', body },
      ]),
    ]);
  } catch (cause) {
    throw new CareError(
      'ARTIFACT_MISSING',
      `The files of the dashboard cannot be read from ${BUILT.pathname}.`,
      {
        remedy: 'Install the package again; in the workspace, build it: npm run build.',
        cause,
      },
    );
  }
}
