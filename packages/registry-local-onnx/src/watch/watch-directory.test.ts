import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
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

/** Watches a directory; `seen` holds what was told as `kind id@version`. */
async function watched(dir: string) {
  const changes: RegistryChange[] = [];
  const { registry } = localRegistry(dir, { strict: false });
  const stop = await registry.watch((change) => void changes.push(change));
  onTestFinished(stop);
  const seen = () => changes.map(({ kind, modelId, version }) => `${kind} ${modelId ?? ''}@${version ?? ''}`);
  return { seen, changes, stop };
}

const quiet = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('watch', () => {
  it('tells what is added, changed, broken and removed', async () => {
    const dir = await modelsDirectory({
      'good.json': manifestOf('good', { version: '1.0.0' }),
      'detector.onnx': DETECTOR,
    });
    const { seen, changes } = await watched(dir);
    await writeFiles(dir, { 'sub/new.json': manifestOf('new', { model_path: '../detector.onnx' }) });
    await vi.waitFor(() => expect(seen()).toEqual(['added new@']), WAIT);
    await writeFiles(dir, { 'good.json': manifestOf('good', { version: '1.0.0', class_names: ['a', 'b'] }) });
    await vi.waitFor(() => expect(seen().at(-1)).toBe('changed good@1.0.0'), WAIT);
    await writeFile(join(dir, 'good.json'), '{');
    await vi.waitFor(() => expect(seen().at(-1)).toBe('invalid good@1.0.0'), WAIT);
    expect(changes.at(-1)?.error).toMatchObject({ code: 'MANIFEST_INVALID' });
    await rm(join(dir, 'sub'), { recursive: true });
    await vi.waitFor(() => expect(seen().at(-1)).toBe('removed new@'), WAIT);
    // The directory comes back, and then changes.
    await writeFiles(dir, { 'sub/new.json': manifestOf('new', { model_path: '../detector.onnx' }) });
    await vi.waitFor(() => expect(seen().at(-1)).toBe('added new@'), WAIT);
    await writeFiles(dir, { 'sub/newer.json': manifestOf('newer', { model_path: '../detector.onnx' }) });
    await vi.waitFor(() => expect(seen().at(-1)).toBe('added newer@'), WAIT);
  });

  it('tells that a broken manifest is whole again, also when it says what it said before, or is gone', async () => {
    const good = manifestOf('bed-finder', { version: '1.0.0' });
    const dir = await modelsDirectory({ 'one.json': good, 'detector.onnx': DETECTOR });
    const { seen } = await watched(dir);
    // Nothing of the file says which model it is of; what it held before does.
    await writeFile(join(dir, 'one.json'), 'not JSON');
    await vi.waitFor(() => expect(seen()).toEqual(['invalid bed-finder@1.0.0']), WAIT);
    await writeFiles(dir, { 'one.json': good });
    await vi.waitFor(() => expect(seen().slice(1)).toEqual(['changed bed-finder@1.0.0']), WAIT);
    await writeFiles(dir, { 'two.json': manifestOf('bed-finder', { version: '1.1.0', task_type: 'none' }) });
    await vi.waitFor(() => expect(seen().slice(2)).toEqual(['invalid bed-finder@1.1.0']), WAIT);
    await rm(join(dir, 'two.json'));
    await vi.waitFor(() => expect(seen().slice(3)).toEqual(['removed bed-finder@1.1.0']), WAIT);
    await writeFiles(dir, { 'three.json': good });
    const both = ['invalid bed-finder@1.0.0', 'invalid bed-finder@1.0.0'];
    await vi.waitFor(() => expect(seen().slice(4)).toEqual(both), WAIT);
    await rm(join(dir, 'three.json'));
    await vi.waitFor(() => expect(seen().slice(6)).toEqual(['changed bed-finder@1.0.0']), WAIT);
  }, 30_000);

  it('tells new weights, and nothing when a manifest is only touched', async () => {
    const dir = await modelsDirectory({
      'm.json': manifestOf('m', { model_path: 'w/d.onnx' }),
      'w/d.onnx': DETECTOR,
    });
    const { seen } = await watched(dir);
    const now = new Date();
    await utimes(join(dir, 'm.json'), now, now);
    await quiet(800);
    expect(seen()).toEqual([]);
    await writeFile(join(dir, 'w', 'd.onnx'), Uint8Array.from([...DETECTOR, 0x1a, 0]));
    await vi.waitFor(() => expect(seen()).toEqual(['changed m@']), WAIT);
  });

  it('waits for a directory that does not exist yet, and is silent after it was stopped', async () => {
    const root = await modelsDirectory();
    const dir = join(root, 'later');
    const { seen, stop } = await watched(dir);
    await mkdir(dir);
    await writeFiles(dir, { 'm.json': manifestOf('m') });
    await vi.waitFor(() => expect(seen()).toEqual(['added m@']), WAIT);
    await stop();
    await writeFiles(dir, { 'n.json': manifestOf('n') });
    await quiet(800);
    expect(seen()).toEqual(['added m@']);
  });
});
