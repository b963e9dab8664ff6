import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { canLink, DETECTOR, localRegistry, manifestOf, modelsDirectory } from './models-directory.fixture.js';

const GOOD = { 'a/good.json': manifestOf('good'), 'a/detector.onnx': DETECTOR };

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isCareError(error) ? error.code : String(error);
  }
}

describe('symbolic links', async () => {
  const possible = await import('node:os').then(({ tmpdir }) => canLink(tmpdir()));
  const linked = it.skipIf(!possible);

  linked('in circles end, and each model counts once', async () => {
    const dir = await modelsDirectory({ ...GOOD, 'b/x.txt': '' });
    await symlink('..', join(dir, 'a', 'up'), 'dir');
    await symlink(dir, join(dir, 'b', 'all'), 'dir');
    await symlink(join(dir, 'a'), join(dir, 'b', 'again'), 'dir');
    await symlink(join(dir, 'a', 'good.json'), join(dir, 'b', 'good.json'));
    await symlink('self', join(dir, 'a', 'self'));
    const { registry, resolve } = localRegistry(dir);
    expect(await registry.list()).toHaveLength(1);
    expect((await resolve('good')).source).toBe(join(dir, 'a', 'good.json'));
  });

  linked('that are manifests and lead in a circle are reported', async () => {
    const dir = await modelsDirectory(GOOD);
    await symlink('y.json', join(dir, 'x.json'));
    await symlink('x.json', join(dir, 'y.json'));
    const { resolve } = localRegistry(dir);
    expect(await codeOf(resolve('good'))).toBe('MANIFEST_INVALID');
    await expect(resolve('good')).rejects.toThrow(/x\.json .*circle/);
  });

  linked('out of the directory are not followed unless allowed', async () => {
    const outside = await modelsDirectory({ 'far.json': manifestOf('far'), 'detector.onnx': DETECTOR });
    const dir = await modelsDirectory({ ...GOOD, 'in.json': manifestOf('in', { model_path: 'link.onnx' }) });
    await symlink(outside, join(dir, 'far'), 'dir');
    await symlink(join(outside, 'detector.onnx'), join(dir, 'link.onnx'));
    const { resolve, logger } = localRegistry(dir);
    expect(await codeOf(resolve('good'))).toBe('none');
    expect(await codeOf(resolve('far'))).toBe('MODEL_NOT_FOUND');
    expect(await codeOf(resolve('in'))).toBe('PATH_FORBIDDEN');
    expect(logger.lines.join('\n')).toContain('far $: found');
    const open = localRegistry(dir, { allowOutside: true });
    expect(await codeOf(open.resolve('far'))).toBe('none');
    expect(await codeOf(open.resolve('in'))).toBe('none');
  });

  linked('may be the models directory itself', async () => {
    const dir = await modelsDirectory({
      'real/a/good.json': manifestOf('good'),
      'real/a/detector.onnx': DETECTOR,
    });
    await symlink(join(dir, 'real'), join(dir, 'link'), 'dir');
    expect(await codeOf(localRegistry(join(dir, 'link')).resolve('good'))).toBe('none');
  });
});

// Root may read everything, and Windows has no such permissions.
const permissions = process.platform !== 'win32' && process.getuid?.() !== 0;
it.skipIf(!permissions)(
  'a directory that may not be read keeps the registry from saying that a model is not there',
  async () => {
    const dir = await modelsDirectory(GOOD);
    await mkdir(join(dir, 'closed'));
    await chmod(join(dir, 'closed'), 0o000);
    const { resolve } = localRegistry(dir);
    expect(await codeOf(resolve('good'))).toBe('none');
    expect(await codeOf(resolve('other'))).toBe('REGISTRY_UNAVAILABLE');
    await chmod(join(dir, 'closed'), 0o700);
    expect(await codeOf(resolve('other'))).toBe('MODEL_NOT_FOUND');
  },
);
