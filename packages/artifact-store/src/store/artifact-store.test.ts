import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { filesIn, visibleFiles } from '../crash/store-content.fixture.js';
import { goTogether, startFetching } from '../crash/fetching-process.fixture.js';
import { sha256Of, startFileServer, type FileServer } from '../file-server.fixture.js';
import { keepingLogger, quickClient } from '../http-client.fixture.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import type { ArtifactStore } from './artifact-store.js';
import { createArtifactStore } from './create-artifact-store.js';

const contents = Array.from({ length: 6 }, () => randomBytes(10_000));
const [a, b, c] = contents.map(sha256Of) as [string, string, string];

let directory: string;
let server: FileServer;
let store: ArtifactStore;
beforeEach(async () => {
  directory = await temporaryDirectory();
  server = await startFileServer(Object.fromEntries(contents.map((content, n) => [`/${n}`, content])));
  store = createArtifactStore({ directory, client: quickClient() });
});

const source = (n: number) => ({
  name: `file ${n}`,
  url: server.url(`/${n}`),
  sha256: sha256Of(contents[n] ?? new Uint8Array()),
});

/** The file was used so many minutes ago. */
function usedBefore(sha256: string, minutes: number): void {
  const then = Date.now() / 1000 - minutes * 60;
  utimesSync(join(directory, 'blobs', 'sha256', sha256.slice(0, 2), sha256), then, then);
}

describe('fetch', () => {
  it('keeps a file by its content and asks no second time', async () => {
    const artifact = await store.fetch(source(0));
    expect(artifact).toEqual({
      path: join(directory, 'blobs', 'sha256', a.slice(0, 2), a),
      size: 10_000,
      sha256: a,
    });
    expect(readFileSync(artifact.path)).toEqual(contents[0]);
    await expect(
      store.fetch({ ...source(0), url: 'http://no-such-host.invalid/', sha256: a.toUpperCase() }),
    ).resolves.toEqual(artifact);
    expect(server.seen).toHaveLength(1);
    expect(filesIn(directory)).toHaveLength(1);
  });

  it('does nothing before it is asked', () => {
    const never = join(directory, 'never');
    createArtifactStore({ directory: never, client: quickClient() });
    expect(filesIn(directory)).toEqual([]);
  });

  it('asks anew for a file without a declared checksum, and keeps equal content once', async () => {
    const { name, url } = source(0);
    const unknown = { name, url };
    await store.fetch(unknown);
    await expect(store.fetch(unknown)).resolves.toMatchObject({ sha256: a });
    expect(server.seen).toHaveLength(2);
    expect(visibleFiles(directory)).toEqual([a]);
  });

  it('without a checksum takes files of one name for as many files as there are addresses', async () => {
    server.behave = () => ({ bytesPerSecond: 100_000 });
    const unknown = (n: number) => ({
      name: 'model.onnx',
      url: () => Promise.resolve(server.url(`/${n}?sig=${Math.random()}`)),
    });
    const artifacts = await store.fetchAll([unknown(0), unknown(1), unknown(0), unknown(1)]);
    expect(artifacts.map(({ sha256 }) => sha256)).toEqual([a, b, a, b]);
    expect(server.seen).toHaveLength(2);
  });

  it('shows the progress of the download that it waits for', async () => {
    server.behave = () => ({ bytesPerSecond: 20_000 });
    const seen: number[] = [];
    await Promise.all([
      store.fetch(source(0)),
      store.fetch(source(0), { onProgress: ({ receivedBytes }) => seen.push(receivedBytes) }),
    ]);
    expect(server.seen).toHaveLength(1);
    expect(seen.filter((bytes) => bytes > 0 && bytes < 10_000).length).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe(10_000);
  });

  it('refuses a checksum that is none: paths are made of them', async () => {
    await expect(store.fetch({ ...source(0), sha256: '../../etc/passwd' })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
    await expect(store.find('..')).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  it('offline has what is there, and says what is not', async () => {
    await store.fetch(source(0));
    const offline = createArtifactStore({ directory, client: quickClient({ offline: true }) });
    await expect(offline.fetch(source(0))).resolves.toMatchObject({ sha256: a });
    await expect(offline.fetch(source(1))).rejects.toMatchObject({
      code: 'OFFLINE',
      message: expect.stringContaining('file 1') as string,
    });
  });
});

describe('fetchAll', () => {
  it('brings many files in order, no more at a time than wanted', async () => {
    let now = 0;
    let most = 0;
    server.behave = () => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => (now -= 1), 40);
      return { bytesPerSecond: 150_000 };
    };
    const artifacts = await store.fetchAll(
      contents.map((_, n) => source(n)),
      { concurrency: 2 },
    );
    expect(artifacts.map(({ sha256 }) => sha256)).toEqual(contents.map(sha256Of));
    expect(most).toBe(2);
    await expect(store.fetchAll([])).resolves.toEqual([]);
  });

  it('ends the others at the first failure, and throws it', async () => {
    server.behave = ({ path }) => (path === '/1' ? { status: 404 } : { stallAfter: 100 });
    const client = quickClient({ stallTimeoutMs: 60_000 });
    store = createArtifactStore({ directory, client });
    await expect(store.fetchAll([source(0), source(1), source(2)])).rejects.toMatchObject({
      code: 'ARTIFACT_MISSING',
      details: { name: 'file 1' },
    });
    expect(filesIn(join(directory, 'locks'))).toEqual([]);
  });

  it('is aborted by its signal', async () => {
    server.behave = () => ({ stallAfter: 100 });
    const wanted = contents.map((_, n) => source(n));
    await expect(store.fetchAll(wanted, { signal: AbortSignal.timeout(60) })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  it('brings a file once that is named twice', async () => {
    await store.fetchAll([source(0), source(0), source(0)]);
    expect(server.seen).toHaveLength(1);
  });
});

describe('prune', () => {
  it('removes the longest unused files until the budget is kept', async () => {
    await store.fetchAll([source(0), source(1), source(2)]);
    usedBefore(a, 30);
    usedBefore(b, 20);
    usedBefore(c, 10);
    await store.find(a);
    const { removed, freedBytes } = await store.prune({ maxBytes: 15_000 });
    expect([removed.map(({ sha256 }) => sha256), freedBytes]).toEqual([[b, c], 20_000]);
    expect(visibleFiles(directory)).toEqual([a]);
  });

  it('removes nothing without a budget', async () => {
    await store.fetch(source(0));
    await expect(store.prune()).resolves.toEqual({ removed: [], freedBytes: 0 });
  });

  it('never takes a leased file, until it is released', async () => {
    await store.fetchAll([source(0), source(1)]);
    const release = await store.lease([a]);
    await store.prune({ maxBytes: 0 });
    expect(visibleFiles(directory)).toEqual([a]);
    expect(await store.list()).toMatchObject([{ sha256: a, leased: true }]);
    await release();
    await store.prune({ maxBytes: 0 });
    expect(visibleFiles(directory)).toEqual([]);
  });

  it('gives back the leases of a store that is disposed', async () => {
    await store.fetch(source(0));
    await store.lease([a]);
    await store.dispose();
    await expect(store.prune({ maxBytes: 0 })).resolves.toMatchObject({ removed: [{ sha256: a }] });
  });

  it('heeds leases of other processes while they live, and not when they were killed', async () => {
    const child = startFetching({ directory, sources: [source(0)], lease: [a], hold: true });
    await expect(goTogether([child])).resolves.toMatchObject([{ artifacts: [{ sha256: a }] }]);
    await expect(store.prune({ maxBytes: 0 })).resolves.toMatchObject({ removed: [] });
    await child.kill();
    await expect(store.prune({ maxBytes: 0 })).resolves.toMatchObject({ removed: [{ sha256: a }] });
    expect(filesIn(directory)).toEqual([]);
  });

  it('removes parts that nobody continues, and records of which no file is left', async () => {
    server.behave = () => ({ cutAfter: 5_000 });
    const client = quickClient({ attempts: 1 });
    await expect(createArtifactStore({ directory, client }).fetch(source(0))).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    server.behave = () => undefined;
    await store.fetch(source(1));
    await store.records.write('hub', 'both', 1, { files: [b, c] });
    await store.records.write('hub', 'fresh', 1, { files: [c] });
    await store.records.write('hub', 'none', 1);
    await store.prune();
    expect((await store.records.list()).map(({ key }) => key).toSorted()).toEqual(['both', 'fresh', 'none']);
    expect(filesIn(join(directory, 'partial'))).toEqual([]);
    const { freedBytes } = await store.prune({ maxBytes: 0 });
    expect(freedBytes).toBe(10_000);
    expect((await store.records.list()).map(({ key }) => key).toSorted()).toEqual(['fresh', 'none']);
  });

  it('leaves a part alone that is being downloaded', async () => {
    server.behave = () => ({ bytesPerSecond: 30_000 });
    const running = store.fetch(source(0));
    while (filesIn(directory).every((path) => !path.endsWith(a)))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(store.prune({ maxBytes: 0 })).resolves.toEqual({ removed: [], freedBytes: 0 });
    await expect(running).resolves.toMatchObject({ sha256: a });
  });
});

describe('a budget', () => {
  it('is kept after each download, but for what was just used', async () => {
    const logger = keepingLogger();
    store = createArtifactStore({ directory, client: quickClient(), maxBytes: 25_000, logger });
    await store.fetchAll([source(0), source(1)]);
    usedBefore(a, 30);
    await store.fetch(source(2));
    expect(visibleFiles(directory).toSorted()).toEqual([b, c].toSorted());
    await store.fetch(source(3));
    expect(visibleFiles(directory)).toHaveLength(3);
    expect(logger.lines).toEqual([expect.stringContaining('within its budget')]);
  });
});

describe('verify', () => {
  it('finds damaged files and removes them, leased or not', async () => {
    const [first] = await store.fetchAll([source(0), source(1)]);
    await store.lease([a]);
    writeFileSync(first?.path ?? '', 'damaged');
    const seen: number[] = [];
    const report = await store.verify({ onProgress: ({ checkedFiles }) => seen.push(checkedFiles) });
    expect(report).toMatchObject({ checked: 2, corrupt: [{ sha256: a }], removed: 1 });
    expect(seen).toEqual([0, 1, 2]);
    expect(visibleFiles(directory)).toEqual([b]);
    await store.fetch(source(0));
    await expect(store.verify()).resolves.toEqual({ checked: 2, corrupt: [], removed: 0 });
  });

  it('is aborted by its signal', async () => {
    await store.fetch(source(0));
    await expect(store.verify({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('list', () => {
  it('tells size, last use, leases and the records that name a file', async () => {
    await store.fetchAll([source(0), source(1)]);
    await store.records.write('hub', 'org/name@main', { any: 'thing' }, { files: [a, c] });
    const listed = await store.list();
    expect(listed.find(({ sha256 }) => sha256 === a)).toMatchObject({
      size: 10_000,
      leased: false,
      records: [{ namespace: 'hub', key: 'org/name@main' }],
      lastUsed: expect.any(Date) as Date,
    });
    expect(listed.find(({ sha256 }) => sha256 === b)?.records).toEqual([]);
  });

  it('takes no notice of what is no file of the store', async () => {
    mkdirSync(join(directory, 'blobs', 'sha256', 'aa'), { recursive: true });
    writeFileSync(join(directory, 'blobs', 'sha256', 'aa', 'README'), 'x');
    mkdirSync(join(directory, 'blobs', 'sha256', 'aa', 'a'.repeat(64)));
    await expect(store.list()).resolves.toEqual([]);
  });
});
