import { randomBytes, createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  etagOf,
  sha256Of,
  startFileServer,
  type Behaviour,
  type FileServer,
} from '../file-server.fixture.js';
import { quickClient } from '../http-client.fixture.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { downloadFile } from './download-file.js';
import type { DownloadProgress, DownloadSource } from './download-source.js';

const content = randomBytes(300_000);
const sha256 = sha256Of(content);
const md5 = createHash('md5').update(content).digest();

let directory: string;
let destination: string;
let server: FileServer;
beforeEach(async () => {
  directory = await temporaryDirectory();
  destination = join(directory, 'model.onnx');
  server = await startFileServer({ '/m': content });
});

/** The n-th request has the n-th behaviour, later ones none. */
function inTurn(...behaviours: readonly (Behaviour | undefined)[]): void {
  server.behave = (_, nth) => behaviours[nth - 1];
}

const download = (source: Partial<DownloadSource> = {}, client = quickClient()) =>
  downloadFile(client, { name: 'model.onnx', url: server.url('/m'), ...source }, { destination });

const ranges = () => server.seen.map(({ headers }) => headers.range);

/** Whole and right under its name, nothing beside it. */
function expectDone(): void {
  expect(sha256Of(readFileSync(destination))).toBe(sha256);
  expect(readdirSync(directory)).toEqual(['model.onnx']);
}

/** Left for the next call at most; never under the final name. */
function expectNothingVisible(): void {
  expect(existsSync(destination)).toBe(false);
  expect(readdirSync(directory).filter((name) => !name.startsWith('model.onnx.partial'))).toEqual([]);
}

describe('a download', () => {
  it('tells path, size and sha256', async () => {
    await expect(download()).resolves.toEqual({ path: destination, size: content.length, sha256 });
    expectDone();
  });

  it('of an empty file is one as well', async () => {
    server.files.set('/m', new Uint8Array());
    await expect(download({ size: 0 })).resolves.toMatchObject({
      size: 0,
      sha256: sha256Of(new Uint8Array()),
    });
  });

  it('is not made when the declared content is there', async () => {
    await download();
    await expect(download({ sha256 })).resolves.toMatchObject({ size: content.length });
    await expect(download({ md5: md5.toString('hex') })).resolves.toMatchObject({ sha256 });
    expect(server.seen).toHaveLength(1);
  });

  it('replaces a file that is not what is declared', async () => {
    writeFileSync(destination, 'old');
    await download({ sha256 });
    expectDone();
  });

  it('tells its progress: bytes, total and rate, to the end', async () => {
    inTurn({ bytesPerSecond: 600_000 });
    const seen: DownloadProgress[] = [];
    await downloadFile(
      quickClient(),
      { name: 'm', url: server.url('/m') },
      { destination, onProgress: (progress) => seen.push(progress) },
    );
    expect(seen.at(0)).toMatchObject({
      name: 'm',
      receivedBytes: 0,
      totalBytes: content.length,
      bytesPerSecond: 0,
    });
    expect(seen.at(-1)).toMatchObject({ receivedBytes: content.length, totalBytes: content.length });
    expect(seen.length).toBeGreaterThan(3);
    const bytes = seen.map(({ receivedBytes }) => receivedBytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(seen.at(-2)?.bytesPerSecond).toBeGreaterThan(0);
  });
});

describe('resuming', () => {
  it('goes on after a cut, a stall and a reset, on the condition that the file is the same', async () => {
    inTurn({ cutAfter: 50_000 }, { stallAfter: 50_000 }, { reset: true }, { status: 503 });
    await download();
    expect(ranges()).toEqual([undefined, 'bytes=50000-', 'bytes=100000-', 'bytes=100000-', 'bytes=100000-']);
    expect(server.seen[1]?.headers['if-range']).toBe(etagOf(content));
    expect(server.sentBytes()).toBe(content.length);
    expectDone();
  });

  it('counts attempts without progress only', async () => {
    inTurn(...Array.from({ length: 12 }, () => ({ cutAfter: 20_000 })));
    await download({}, quickClient({ attempts: 2 }));
    expect(server.seen).toHaveLength(13);
    expectDone();
  });

  it('goes on in another call, which is what another process does', async () => {
    inTurn({ cutAfter: 120_000 }, { status: 503 }, { status: 503 });
    await expect(download({}, quickClient({ attempts: 2 }))).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      details: { receivedBytes: 120_000 },
    });
    expectNothingVisible();
    await download();
    expect(ranges().at(-1)).toBe('bytes=120000-');
    expect(server.sentBytes()).toBe(content.length);
    expectDone();
  });

  it('begins again when the file has changed on the server', async () => {
    const newer = randomBytes(200_000);
    server.behave = (_, nth) => {
      if (nth === 1) return { cutAfter: 100_000 };
      server.files.set('/m', newer);
      return undefined;
    };
    await expect(download()).resolves.toMatchObject({ size: 200_000, sha256: sha256Of(newer) });
  });

  it('begins again when a server that ignores If-Range sends a part of another file', async () => {
    const newer = randomBytes(content.length);
    server.behave = (_, nth) => {
      if (nth === 1) return { cutAfter: 100_000 };
      server.files.set('/m', newer);
      if (nth > 2) return undefined;
      return {
        status: 206,
        body: newer.subarray(100_000),
        headers: {
          etag: etagOf(newer),
          'content-length': '200000',
          'content-range': 'bytes 100000-299999/300000',
        },
      };
    };
    await expect(download()).resolves.toMatchObject({ sha256: sha256Of(newer) });
    expect(ranges()).toEqual([undefined, 'bytes=100000-', undefined]);
  });

  it('begins again with a server that knows no ranges', async () => {
    inTurn({ cutAfter: 100_000 }, { ignoreRange: true });
    await download();
    expect(ranges()).toEqual([undefined, 'bytes=100000-']);
    expectDone();
  });

  it.each([
    ['says nothing of the part', { without: ['content-range'] }],
    ['sends another part', { headers: { 'content-range': 'bytes 0-299999/300000' } }],
    ['tells another total', { headers: { 'content-range': 'bytes 100000-299999/400000' } }],
    ['encodes the part', { headers: { 'content-encoding': 'x-unknown' } }],
    ['has nothing after it', { status: 416, headers: { 'content-range': 'bytes */50000' } }],
  ])('asks for the whole when the server %s', async (_, behaviour: Behaviour) => {
    inTurn({ cutAfter: 100_000 }, behaviour);
    await download();
    expect(ranges()).toEqual([undefined, 'bytes=100000-', undefined]);
    expectDone();
  });

  it('needs no condition where a checksum tells in the end, and mends a wrong part once', async () => {
    writeFileSync(`${destination}.partial`, randomBytes(100_000));
    await download({ sha256 });
    expect(ranges()).toEqual(['bytes=100000-', undefined]);
    expect(server.seen[0]?.headers['if-range']).toBeUndefined();
    expectDone();
  });

  it('trusts no part of unknown origin without a checksum', async () => {
    writeFileSync(`${destination}.partial`, randomBytes(100_000));
    await download();
    expect(ranges()).toEqual([undefined]);
    expectDone();
  });

  it('trusts no part of another address without a checksum', async () => {
    const other = randomBytes(300_000);
    server.files.set('/other', other);
    inTurn({ cutAfter: 100_000 });
    await expect(download({}, quickClient({ attempts: 1 }))).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    server.behave = () => undefined;
    await expect(download({ url: server.url('/other') })).resolves.toMatchObject({ sha256: sha256Of(other) });
    expect(ranges()).toEqual([undefined, undefined]);
  });

  it('trusts no part from before a restart of the machine without a checksum', async () => {
    const origin = {
      resource: server.url('/m'),
      validator: etagOf(content),
      totalBytes: content.length,
      boot: 'other',
    };
    writeFileSync(`${destination}.partial`, content.subarray(0, 100_000));
    writeFileSync(`${destination}.partial.json`, JSON.stringify(origin));
    await download();
    expect(ranges()).toEqual([undefined]);
  });

  it('asks nothing when all of it is there already', async () => {
    writeFileSync(`${destination}.partial`, content);
    await download({ sha256, size: content.length });
    expect(server.seen).toEqual([]);
    expectDone();
  });

  it('begins again when more is there than there should be', async () => {
    writeFileSync(`${destination}.partial`, Buffer.concat([content, content]));
    await download({ sha256, size: content.length });
    expectDone();
  });

  it('resumes by date where the server has no strong ETag', async () => {
    const date = 'Tue, 01 Jul 2025 10:00:00 GMT';
    inTurn({ cutAfter: 100_000, headers: { etag: 'W/"weak"', 'last-modified': date } });
    await download();
    expect(server.seen[1]?.headers['if-range']).toBe(date);
    expectDone();
  });
});

describe('what is not as declared', () => {
  it.each([
    ['sha256', { sha256: 'a'.repeat(64) }],
    ['md5', { md5: 'b'.repeat(32) }],
    ['size', { size: 299_999 }],
  ])('is refused by its %s', async (_, declared) => {
    await expect(download(declared)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
    expectNothingVisible();
    expect(server.seen.length).toBeLessThanOrEqual(2);
  });

  it('is refused by what the server itself says', async () => {
    server.behave = () => ({
      headers: { 'x-goog-hash': `crc32c=AAAAAA==,md5=${Buffer.alloc(16).toString('base64')}` },
    });
    await expect(download()).rejects.toThrow(/md5 of the server/);
    server.behave = () => ({ headers: { 'x-goog-hash': `md5=${md5.toString('base64')}` } });
    await download();
    expectDone();
  });

  it('is tried a second time: it may have been the way', async () => {
    const damaged = Buffer.from(content);
    damaged[5] = (damaged[5] ?? 0) ^ 1;
    inTurn({ body: damaged });
    await download({ sha256 });
    expectDone();
  });

  it('a length that is too long ends as a broken connection', async () => {
    server.behave = () => ({ headers: { 'content-length': '300100' }, ignoreRange: true, cutAfter: 300_000 });
    await expect(download({}, quickClient({ attempts: 2 }))).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
    });
    expectNothingVisible();
  });

  it('a length that is too short is told by the checksum', async () => {
    server.behave = () => ({ headers: { 'content-length': '1000' }, body: content.subarray(0, 1000) });
    await expect(download({ sha256 })).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
    expectNothingVisible();
  });

  it('a body longer than declared is stopped', async () => {
    server.behave = () => ({ without: ['content-length'], headers: { 'transfer-encoding': 'chunked' } });
    await expect(download({ size: 1000 })).rejects.toThrow(/more than the 1000 bytes/);
    expectNothingVisible();
  });
});

describe('bodies', () => {
  it('may come in chunks', async () => {
    server.behave = () => ({ without: ['content-length'] });
    await download();
    expectDone();
  });

  it('may end with the connection only where something tells their length', async () => {
    server.behave = () => ({ untilClose: true });
    await expect(download()).rejects.toThrow(/how long the file is/);
    expectNothingVisible();
    await download({ size: content.length });
    expectDone();
  });

  it('that are compressed are the file they contain, and are not continued', async () => {
    const text = Buffer.from('{"a":1}'.repeat(20_000));
    const packed = gzipSync(text);
    const gzip = {
      body: packed,
      headers: { 'content-encoding': 'gzip', 'content-length': String(packed.length) },
    };
    inTurn({ ...gzip, cutAfter: 100 }, { ...gzip, ignoreRange: true });
    await expect(download({ sha256: sha256Of(text) })).resolves.toMatchObject({ size: text.length });
    expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('statuses', () => {
  it.each([
    [401, 'UNAUTHORIZED'],
    [403, 'UNAUTHORIZED'],
    [404, 'ARTIFACT_MISSING'],
    [410, 'ARTIFACT_MISSING'],
    [402, 'DOWNLOAD_FAILED'],
    [423, 'DOWNLOAD_FAILED'],
  ])('%i is %s, at once', async (status, code) => {
    server.behave = () => ({ status });
    await expect(download()).rejects.toMatchObject({ code, details: { status } });
    expect(server.seen).toHaveLength(1);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])(
    '%i is tried again, in the end DOWNLOAD_FAILED',
    async (status) => {
      inTurn({ status });
      await download();
      server.behave = () => ({ status });
      await expect(download()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', details: { status } });
    },
  );

  it('a long Retry-After is told, not waited for', async () => {
    server.behave = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(download()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      details: { status: 429, retryAfterSeconds: 3600 },
      remedy: expect.stringContaining('3600 s') as string,
    });
    expect(server.seen).toHaveLength(1);
  });

  it.each([400, 403, 410])('%i of a signed URL asks for a new one, and goes on with it', async (status) => {
    server.behave = ({ path }, nth) => {
      if (path.endsWith('sig=2')) return undefined;
      return nth === 1 ? { cutAfter: 100_000 } : { status };
    };
    const asked: boolean[] = [];
    const url = ({ expired }: { expired: boolean }) => {
      asked.push(expired);
      return Promise.resolve(server.url(`/m?sig=${asked.length}`));
    };
    await download({ url });
    expect(asked).toEqual([false, true]);
    expect(ranges()).toEqual([undefined, 'bytes=100000-', 'bytes=100000-']);
    expectDone();
  });

  it('a signed URL that stays refused is not asked for ever', async () => {
    server.behave = () => ({ status: 403 });
    let asked = 0;
    const url = () => Promise.resolve(server.url(`/m?sig=${(asked += 1)}`));
    await expect(download({ url })).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(asked).toBe(3);
  });
});

describe('ends', () => {
  it('aborted, with what was received kept', async () => {
    inTurn({ bytesPerSecond: 300_000 });
    const stop = new AbortController();
    const running = downloadFile(
      quickClient(),
      { name: 'm', url: server.url('/m') },
      {
        destination,
        signal: stop.signal,
        onProgress: ({ receivedBytes }) => receivedBytes > 50_000 && stop.abort(),
      },
    );
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
    expectNothingVisible();
    await download();
    expect(Number(/\d+/.exec(ranges().at(-1) ?? '')?.[0])).toBeGreaterThan(50_000);
    expectDone();
  });

  it('offline without a request, but with what is there', async () => {
    const offline = quickClient({ offline: true });
    await expect(download({ sha256 }, offline)).rejects.toMatchObject({ code: 'OFFLINE' });
    await download();
    await expect(download({ sha256 }, offline)).resolves.toMatchObject({ sha256 });
    expect(server.seen).toHaveLength(1);
  });

  it('with OUTPUT_FAILED where nothing can be written', async () => {
    writeFileSync(join(directory, 'file'), '');
    destination = join(directory, 'file', 'model.onnx');
    await expect(download()).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
  });

  it('with STORAGE_FULL before anything is written that will not fit', async () => {
    server.behave = () => ({ headers: { 'content-length': '900000000000000' }, stallAfter: 10 });
    await expect(download()).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      details: { neededBytes: 900_000_000_000_000 },
    });
    expectNothingVisible();
  });
});
