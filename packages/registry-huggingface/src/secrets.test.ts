import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { isCareError, type Logger } from '@care/registry-core';
import { expect, it } from 'vitest';
import { HubHost, fetched, resolve } from './testing/hub-host.fixture.js';
import { classifierFiles, ultralyticsDetector } from './testing/hub-models.fixture.js';

const MARKER = 'hf_SECRETmarkerSECRETmarker';
const FORMS = [MARKER, Buffer.from(MARKER).toString('base64').slice(4, -4), encodeURIComponent(MARKER)];

/** A logger of all levels that keeps what it is given, as loggers print it. */
function keepingLogger(lines: string[]): Logger {
  const keep = (fields: unknown, message?: unknown): void => {
    lines.push(inspect([fields, message], { depth: 20, showHidden: true }));
  };
  return { debug: keep, info: keep, warn: keep, error: keep };
}

function told(error: unknown): string {
  const details = isCareError(error) ? [error.message, error.remedy, error.details] : [];
  return inspect([error, details, error instanceof Error ? error.stack : ''], {
    depth: 20,
    showHidden: true,
  });
}

async function everythingBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        const target = await readlink(path).catch(() => '');
        return [path, target, (await readFile(path)).toString('latin1')].join('\n');
      }),
  );
}

it('an access token is in no log, error, record or file, and no other host is sent it', async () => {
  const host = await HubHost.start();
  host.server.tokens.add(MARKER);
  await host.server.publish('care/private', classifierFiles(), { readers: [MARKER] });
  await host.server.publish('care/header', { 'model.onnx': ultralyticsDetector() }, { readers: [MARKER] });
  await host.server.publish('care/gated', classifierFiles(), { accepted: [] });
  host.server.pageSize = 2;
  const said: string[] = [];
  const open = () => host.registry({ env: { HF_TOKEN: MARKER }, logger: keepingLogger(said) });
  const registry = open();
  said.push(inspect(registry, { depth: 20, showHidden: true }));
  const names = ['care/private', 'care/header', 'care/gated', 'care/nothing', 'care/private@v9'];
  const attempts = async (tried = names): Promise<void> => {
    for (const name of tried) {
      const outcome: unknown = await fetched(open(), name).catch((error: unknown) => error);
      said.push(told(outcome));
    }
  };
  await attempts();
  for (const fault of [
    { status: 500, headers: { 'Retry-After': '0' }, body: `echo of Bearer ${MARKER}` },
    { status: 401, headers: { 'X-Error-Message': `Invalid token ${MARKER}` } },
    { status: 403, headers: { 'X-Error-Message': `No permission for ${MARKER}` } },
    { status: 302, headers: { Location: `http://127.0.0.1:9/?token=${MARKER}` } },
    { status: 200, headers: { 'Content-Type': 'application/json' }, body: `{"sha":"${MARKER}"}` },
    { cutAfter: 1 },
  ]) {
    host.server.fail(/./, fault);
    await attempts(['care/private', 'care/new']);
    host.server.recover();
  }
  const closed: unknown = await resolve(
    host.registry({ env: { HF_TOKEN: MARKER, HF_ENDPOINT: 'http://127.0.0.1:9' } }),
    'care/private',
  ).catch((error: unknown) => error);
  said.push(told(closed), ...(await everythingBelow(host.folder)));
  for (const text of said) for (const form of FORMS) expect(text).not.toContain(form);

  const { requests } = host.server;
  expect(
    requests.some(({ host: at, headers }) => at === 'hub' && headers.authorization === `Bearer ${MARKER}`),
  ).toBe(true);
  const elsewhere = requests.filter(({ host: at }) => at === 'cdn');
  expect(elsewhere.length).toBeGreaterThan(2);
  for (const request of elsewhere) expect(inspect(request)).not.toContain(MARKER);
}, 60_000);
