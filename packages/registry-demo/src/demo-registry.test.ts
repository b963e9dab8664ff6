import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registryContract } from '@care/plugin-testkit';
import { discoverPlugins, parseModelReference } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import plugin, { demoPictures, DemoRegistry } from './index.js';

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const context = {
  rootDir: packageDir,
  env: {},
  logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
};

registryContract(() => ({
  registry: plugin.create({}, context),
  has: 'room-detector',
  missing: 'kitchen-detector',
  definition: plugin,
}));

describe('the demo registry', () => {
  it('names the nearest model, and the versions there are', async () => {
    const registry = new DemoRegistry();
    const resolve = (reference: string) => registry.resolve(parseModelReference(reference));
    await expect(resolve('rom-detector')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('"room-detector"') as string,
    });
    await expect(resolve('room-detector@9')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('there is 1.0.0, 1.1.0') as string,
    });
    await expect(resolve('demo:room-detector@^1')).resolves.toMatchObject({ version: '1.1.0' });
  });

  it('says when its files are gone', async () => {
    const absent = new DemoRegistry(join(tmpdir(), 'care-demo-absent'));
    await expect(absent.list()).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' });
  });

  it('is found by discovery, after local registries', () => {
    const { plugins, problems } = discoverPlugins({ roots: [packageDir], packages: ['@care/registry-demo'] });
    expect(problems).toEqual([]);
    expect(plugins).toMatchObject([{ kind: 'registries', name: 'demo', priority: 80 }]);
  });
});

describe('what is bundled', () => {
  it('holds JPEG pictures', async () => {
    const pictures = await demoPictures();
    expect(pictures.length).toBeGreaterThanOrEqual(2);
    for (const path of pictures) expect([...readFileSync(path).subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  });

  it('stays below 12 MB', () => {
    const bytes = ['models', 'pictures'].flatMap((folder) =>
      readdirSync(join(packageDir, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(entry.parentPath, entry.name)).size),
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(12_000_000);
  });
});
