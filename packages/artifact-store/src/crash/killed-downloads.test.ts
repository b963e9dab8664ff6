import { randomBytes } from 'node:crypto';
import { rmSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sha256Of, startFileServer } from '../file-server.fixture.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { quickClient } from '../http-client.fixture.js';
import { createArtifactStore } from '../store/create-artifact-store.js';
import { startFetching } from './fetching-process.fixture.js';
import { filesIn, visibleFiles } from './store-content.fixture.js';

const KILLS = 200;
const LANES = 4;
const FILES = 3;
const BYTES = 60_000;
/** A whole download takes about a third of a second: kills hit its beginning and middle most, its end, and what comes after. */
const BYTES_PER_SECOND = 240_000;
const LATEST_KILL_MS = 1_200;

it(`is never corrupt and always ends right when the downloading process is killed at ${KILLS} random moments`, async () => {
  const contents = Array.from({ length: FILES }, () => randomBytes(BYTES));
  const server = await startFileServer(Object.fromEntries(contents.map((content, n) => [`/${n}`, content])));
  server.behave = () => ({ bytesPerSecond: BYTES_PER_SECOND });
  // The last one has no declared checksum: its server's ETag is what lets it go on.
  const sources = contents.map((content, n) => ({
    name: `file ${n}`,
    url: server.url(`/${n}`),
    ...(n === FILES - 1 ? {} : { sha256: sha256Of(content), size: content.length }),
  }));
  const expected = contents.map(sha256Of);
  const client = quickClient();
  const tally = { kills: 0, ended: 0, partial: 0, rounds: 0 };

  async function lane(): Promise<void> {
    const directory = await temporaryDirectory();
    while (tally.kills < KILLS) {
      tally.kills += 1;
      const child = startFetching({ directory, sources });
      await child.ready;
      child.go();
      await sleep(Math.random() ** 2 * LATEST_KILL_MS);
      await child.kill();
      const visible = visibleFiles(directory);
      expect(expected).toEqual(expect.arrayContaining(visible));
      const result = await child.result;
      if (result === 'killed') tally.partial += 1;
      else {
        // It came to its end before the kill.
        expect(result).toMatchObject({ artifacts: expected.map((sha256) => ({ sha256 })) });
        tally.ended += 1;
      }
      // Every few kills the next call has to end right over whatever was left; then all begins anew.
      if (visible.length === FILES || Math.random() < 0.2) {
        const store = createArtifactStore({ directory, client });
        const last = await store.fetchAll(sources);
        expect(last.map(({ sha256 }) => sha256)).toEqual(expected);
        expect(visibleFiles(directory).toSorted()).toEqual(expected.toSorted());
        expect(readdirSync(join(directory, 'partial'))).toEqual([]);
        await store.prune();
        expect(filesIn(directory).filter((path) => !/^(blobs|sources).[^.]*(\.json)?$/.test(path))).toEqual(
          [],
        );
        rmSync(directory, { recursive: true });
        tally.rounds += 1;
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  const resumed = server.seen.filter(({ headers }) => headers.range !== undefined).length;
  process.stderr.write(`${JSON.stringify({ ...tally, requests: server.seen.length, resumed })}\n`);
  // The kills were spread: most hit a running download, and downloads went on where they were cut.
  expect(tally.partial).toBeGreaterThan(KILLS / 4);
  expect(resumed).toBeGreaterThan(KILLS / 10);
}, 600_000);
