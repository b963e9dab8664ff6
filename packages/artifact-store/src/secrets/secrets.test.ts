import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { isCareError, serializeError } from '@care/registry-core';
import { expect, it } from 'vitest';
import { filesIn } from '../crash/store-content.fixture.js';
import { startFileServer, type Behaviour } from '../file-server.fixture.js';
import { keepingLogger, quickClient } from '../http-client.fixture.js';
import { createMemory } from '../memory/create-memory.js';
import { createArtifactStore } from '../store/create-artifact-store.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';

const MARKER = 'mArKeR+9/x=42&secret';
const SIGNATURE = 'sIgNaTuRe77';

/** The marker as it is, percent-encoded, form-encoded, and the core of its base64. */
const FORMS = [
  MARKER,
  encodeURIComponent(MARKER),
  'mArKeR',
  SIGNATURE,
  Buffer.from(`u:${MARKER}`).toString('base64').slice(4, -4),
];

const failures: Readonly<Record<string, Behaviour>> = {
  reset: { reset: true },
  silent: { silent: true },
  'cut short': { cutAfter: 100 },
  stalled: { stallAfter: 100 },
  refused: { status: 401, body: `no key ${MARKER}` },
  'not there': { status: 404, body: MARKER },
  overloaded: { status: 503 },
  'no JSON': { status: 200, body: '<html>' },
  'a bad redirect': { status: 302, headers: { location: `ftp://h/?api_key=${encodeURIComponent(MARKER)}` } },
  'a redirect in a circle': {
    status: 302,
    headers: { location: `/m?api_key=${encodeURIComponent(MARKER)}` },
  },
  'a broken header': { headers: { 'content-range': MARKER } },
};

it.each(Object.entries(failures))(
  'no error, log, file or path holds a secret when the server is %s',
  async (_, behaviour) => {
    const directory = await temporaryDirectory();
    const logger = keepingLogger();
    const server = await startFileServer({ '/m': randomBytes(300) });
    server.behave = () => behaviour;
    const client = quickClient({
      secrets: [MARKER],
      logger,
      attempts: 2,
      stallTimeoutMs: 100,
      requestTimeoutMs: 300,
    });
    const store = createArtifactStore({ directory, client, logger });
    const memory = createMemory();
    const url = `${server.url('/m').replace('://', `://u:${encodeURIComponent(MARKER)}@`)}?api_key=${encodeURIComponent(MARKER)}&X-Amz-Signature=${SIGNATURE}`;
    const headers = { authorization: `Bearer ${MARKER}`, 'x-key': MARKER };

    const thrown: unknown[] = [];
    const attempts = [
      () => client.json(url, { headers }),
      () => client.fetch(url, { headers }).then((response) => response.text()),
      () => store.fetch({ name: `model ${MARKER}`, url, headers }),
      () => store.fetch({ name: 'model', url: () => Promise.resolve(url), headers, sha256: 'ab'.repeat(32) }),
      () =>
        memory.recall({
          store,
          namespace: `hub ${MARKER}`,
          key: url,
          schema: { safeParse: (data: unknown) => ({ success: true, data }) },
          offline: false,
          logger,
          ask: (signal) =>
            client
              .json(url, { headers, ...(signal === undefined ? {} : { signal }) })
              .then(({ body }) => body),
        }),
    ];
    for (const attempt of attempts) await attempt().catch((error: unknown) => thrown.push(error));
    expect(thrown.length).toBeGreaterThan(0);
    expect(thrown.filter((error) => !isCareError(error))).toEqual([]);

    const paths = filesIn(directory);
    const told = [
      ...thrown.flatMap((error) => [
        inspect(error, { depth: 20, showHidden: true }),
        JSON.stringify(serializeError(error, 'UNSUPPORTED')),
        error instanceof Error ? (error.stack ?? '') : '',
      ]),
      ...logger.lines,
      ...paths,
      ...paths.map((path) => readFileSync(join(directory, path), 'utf8')),
      process.title,
    ];
    for (const text of told) for (const form of FORMS) expect(text).not.toContain(form);
  },
);
