import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, open, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryChange } from '@care/registry-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  DETECTOR,
  localRegistry,
  manifestOf,
  modelsDirectory,
  writeFiles,
} from '../models-directory.fixture.js';

const WAIT = { timeout: 15_000, interval: 50 };
const quiet = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function watched(dir: string, polling = false) {
  const changes: RegistryChange[] = [];
  const { registry } = localRegistry(dir, { strict: false, polling });
  onTestFinished(await registry.watch((change) => void changes.push(change)));
  const seen = () => changes.map(({ kind, modelId, version }) => `${kind} ${modelId ?? ''}@${version ?? ''}`);
  return { seen, registry };
}

/** Debian: `apt-get install rsync`. */
function hasRsync(): boolean {
  return spawnSync('rsync', ['--version']).status === 0;
}

const versionOne = manifestOf('m', { version: '1.0.0' });
const text = (manifest: object): string => JSON.stringify(manifest);

describe('the ways in which files are replaced', () => {
  it.each([false, true])('an editor writes beside and renames (polling: %s)', async (polling) => {
    const dir = await modelsDirectory({ 'm.json': versionOne, 'detector.onnx': DETECTOR });
    const { seen } = await watched(dir, polling);
    await writeFile(join(dir, '.m.json.swp'), 'what an editor keeps');
    await writeFile(join(dir, 'm.json~'), text(manifestOf('m', { version: '1.1.0' })));
    await rename(join(dir, 'm.json~'), join(dir, 'm.json'));
    await vi.waitFor(() => expect(seen()).toEqual(['removed m@1.0.0', 'added m@1.1.0']), WAIT);
  });

  it('an older file is restored with its old time', async () => {
    const dir = await modelsDirectory({ 'm.json': manifestOf('m'), 'detector.onnx': DETECTOR });
    const { seen } = await watched(dir);
    await writeFile(join(dir, 'restored'), Uint8Array.from([...DETECTOR, 0x1a, 0]));
    await utimes(join(dir, 'restored'), new Date(2020, 1, 1), new Date(2020, 1, 1));
    await rename(join(dir, 'restored'), join(dir, 'detector.onnx'));
    await vi.waitFor(() => expect(seen()).toEqual(['changed m@']), WAIT);
  });

  it('a whole directory is checked out by git', async () => {
    const dir = await modelsDirectory({ 'a/m.json': { ...versionOne }, 'a/detector.onnx': DETECTOR });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], {
        cwd: dir,
        stdio: 'pipe',
      });
    git('init', '-q', '-b', 'one');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('checkout', '-qb', 'two');
    await rm(join(dir, 'a'), { recursive: true });
    await writeFiles(dir, { 'b/m.json': manifestOf('m', { version: '2.0.0' }), 'b/detector.onnx': DETECTOR });
    git('add', '.');
    git('commit', '-qm', 'two');
    git('checkout', '-q', 'one');
    const { seen } = await watched(dir);
    git('checkout', '-q', 'two');
    await vi.waitFor(() => expect(seen()).toContain('added m@2.0.0'), WAIT);
    git('checkout', '-q', 'one');
    await vi.waitFor(() => expect(seen().at(-1)).toBe('added m@1.0.0'), WAIT);
    expect(seen()).toContain('removed m@2.0.0');
  });

  it.skipIf(!hasRsync()).each(['--whole-file', '--inplace', '--delay-updates'])(
    'rsync brings a directory (%s)',
    async (way) => {
      const source = await modelsDirectory({
        'm.json': manifestOf('m', { version: '1.1.0' }),
        'detector.onnx': Uint8Array.from([...DETECTOR, 0x1a, 0]),
      });
      const dir = await modelsDirectory({ 'm.json': versionOne, 'detector.onnx': DETECTOR });
      const { seen } = await watched(dir);
      const rsync = () => execFileSync('rsync', ['-a', '-c', '--bwlimit=2', way, `${source}/`, dir]);
      rsync();
      await vi.waitFor(() => expect(seen()).toContain('added m@1.1.0'), WAIT);
      const told = seen().length;
      rsync(); // Nothing is different any more.
      await quiet(800);
      expect(seen()).toHaveLength(told);
      expect(seen()).toContain('removed m@1.0.0');
    },
  );

  it.skipIf(process.platform === 'win32')('Kubernetes flips the link of a mounted volume', async () => {
    const dir = await modelsDirectory({
      '..2026_01/m.json': versionOne,
      '..2026_01/detector.onnx': DETECTOR,
    });
    await symlink('..2026_01', join(dir, '..data'));
    await symlink('..data/m.json', join(dir, 'm.json'));
    await symlink('..data/detector.onnx', join(dir, 'detector.onnx'));
    const { seen, registry } = await watched(dir);
    expect((await registry.list()).map(({ version }) => version)).toEqual(['1.0.0']);
    await writeFiles(dir, {
      '..2026_02/m.json': manifestOf('m', { version: '1.1.0' }),
      '..2026_02/detector.onnx': DETECTOR,
    });
    await symlink('..2026_02', join(dir, '..data_tmp'));
    await rename(join(dir, '..data_tmp'), join(dir, '..data'));
    await rm(join(dir, '..2026_01'), { recursive: true });
    await vi.waitFor(() => expect(seen()).toEqual(['removed m@1.0.0', 'added m@1.1.0']), WAIT);
  });

  it('a large file is copied in pieces: it is told when it is whole', async () => {
    const dir = await modelsDirectory({ 'm.json': manifestOf('m'), 'detector.onnx': DETECTOR });
    const { seen } = await watched(dir);
    const file = await open(join(dir, 'detector.onnx'), 'w');
    for (let piece = 0; piece < 8; piece++) {
      await file.write(
        DETECTOR.subarray(
          Math.floor((piece * DETECTOR.length) / 8),
          Math.floor(((piece + 1) * DETECTOR.length) / 8),
        ),
      );
      await quiet(120);
    }
    await file.write(Uint8Array.of(0x1a, 0));
    await file.close();
    await vi.waitFor(() => expect(seen().length).toBeGreaterThan(0), WAIT);
    await quiet(600);
    expect(new Set(seen())).toEqual(new Set(['changed m@']));
    expect(seen().length).toBeLessThanOrEqual(2);
  });

  it('a hundred changes at once are told once', async () => {
    const dir = await modelsDirectory({ 'm.json': versionOne, 'detector.onnx': DETECTOR });
    const { seen } = await watched(dir);
    for (let change = 0; change < 100; change++) {
      await writeFiles(dir, { 'm.json': manifestOf('m', { version: '1.0.0', metadata: { change } }) });
    }
    await vi.waitFor(() => expect(seen()).toContain('changed m@1.0.0'), WAIT);
    await quiet(800);
    expect(seen().length).toBeLessThanOrEqual(2);
  });
});

describe('deployment files', () => {
  const stated = { model_id: 'm', traffic: { champion: 90, '1.1.0': 10 }, aliases: { champion: '1.0.0' } };

  it('say what is live, name versions, and are watched', async () => {
    const dir = await modelsDirectory({
      '1.json': versionOne,
      '2.json': manifestOf('m', { version: '1.1.0' }),
      'detector.onnx': DETECTOR,
    });
    const { seen, registry } = await watched(dir);
    expect(await registry.deployment('m')).toBeUndefined();
    await writeFiles(dir, { 'm.deployment.json': stated });
    await vi.waitFor(() => expect(seen()).toEqual(['deployment m@']), WAIT);
    expect(await registry.deployment('m')).toEqual({
      modelId: 'm',
      traffic: { champion: 90, '1.1.0': 10 },
      aliases: { champion: '1.0.0' },
      source: join(dir, 'm.deployment.json'),
    });
    const champion = { raw: 'm@champion', modelId: 'm', selector: 'champion' };
    expect((await registry.resolve(champion)).version).toBe('1.0.0');
    await rm(join(dir, 'm.deployment.json'));
    await vi.waitFor(() => expect(seen()).toEqual(['deployment m@', 'deployment m@']), WAIT);
  });

  it.each([
    ['m.deployment.json', { model_id: 'm', traffic: {} }, /a version with a weight above 0/],
    ['m.deployment.json', { model_id: 'other' }, /as in the file's name/],
    ['m.deployment.json', '{', /./],
  ])('that cannot be used are told and serve nobody: %s %j', async (name, content, message) => {
    const dir = await modelsDirectory({ 'm.json': versionOne, 'detector.onnx': DETECTOR });
    const { seen, registry } = await watched(dir);
    await writeFiles(dir, { [name]: content });
    await vi.waitFor(() => expect(seen()).toEqual(['invalid m@']), WAIT);
    await expect(registry.deployment('m')).rejects.toThrow(
      expect.objectContaining({
        code: 'MANIFEST_INVALID',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
    // The model itself is as good as before.
    expect((await registry.resolve({ raw: 'm', modelId: 'm' })).version).toBe('1.0.0');
  });

  it('may lie in any folder, but two for one model are one too many', async () => {
    const dir = await modelsDirectory({
      'm.json': versionOne,
      'detector.onnx': DETECTOR,
      'a/m.deployment.json': stated,
    });
    await mkdir(join(dir, 'b'));
    const { registry } = localRegistry(dir, { strict: false });
    expect(await registry.deployment('m')).toBeDefined();
    await writeFiles(dir, { 'b/m.deployment.json': stated });
    await expect(registry.deployment('m')).rejects.toThrow(/a second deployment of m/);
  });
});
