import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sha256Of, startFileServer } from '../file-server.fixture.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { goTogether, startFetching } from './fetching-process.fixture.js';
import { visibleFiles } from './store-content.fixture.js';

const content = randomBytes(200_000);
const sha256 = sha256Of(content);

describe.each([
  ['with a declared checksum', { sha256, size: content.length }],
  ['without one', {}],
])('a file %s', (_, declared) => {
  it.each([2, 4, 8])('that %i processes want at once is downloaded once', async (count) => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ '/m': content });
    server.behave = () => ({ bytesPerSecond: 400_000 });
    const sources = [{ name: 'm', url: server.url('/m'), ...declared }];
    // Without a checksum a process that comes when all is over asks anew, and rightly so.
    const results = await goTogether(
      Array.from({ length: count }, () => startFetching({ directory, sources })),
    );
    for (const result of results)
      expect(result).toMatchObject({ artifacts: [{ sha256, size: content.length }] });
    expect(server.sentBytes()).toBe(content.length);
    expect(server.seen).toHaveLength(1);
    expect(visibleFiles(directory)).toEqual([sha256]);
    expect(readdirSync(join(directory, 'locks'))).toEqual([]);
  });
});

it('goes on with another process at once when the downloading one is killed', async () => {
  const directory = await temporaryDirectory();
  const server = await startFileServer({ '/m': content });
  server.behave = (_, nth) => (nth === 1 ? { stallAfter: 60_000 } : undefined);
  const order = {
    directory,
    sources: [{ name: 'm', url: server.url('/m'), sha256 }],
    stallTimeoutMs: 120_000,
  };
  const holder = startFetching(order);
  await holder.ready;
  holder.go();
  const partial = join(directory, 'partial', sha256);
  while ((statSync(partial, { throwIfNoEntry: false })?.size ?? 0) < 60_000) await sleep(5);
  const others = Array.from({ length: 4 }, () => startFetching(order));
  const ends = goTogether(others);
  await Promise.all(others.map(({ ready }) => ready));
  await sleep(300);
  expect(server.seen).toHaveLength(1);
  await holder.kill();
  const results = await ends;
  for (const result of results) expect(result).toMatchObject({ artifacts: [{ sha256 }] });
  expect(server.seen).toHaveLength(2);
  expect(server.seen[1]?.headers.range).toBe('bytes=60000-');
  expect(visibleFiles(directory)).toEqual([sha256]);
});
