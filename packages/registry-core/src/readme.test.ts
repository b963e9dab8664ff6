import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { addToTree, makeTree } from './discovery/host.fixture.js';
import { modelPackage } from './model-package.fixture.js';

it('the examples of the README work together, with the built package', async () => {
  const core = join(import.meta.dirname, '..');
  const readme = await readFile(join(core, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```(?:js|json)\n(.*?)```/gs)].map((match) => match[1] ?? '');
  const block = (words: string) => blocks.find((one) => one.includes(words)) ?? '';
  const host = makeTree({
    'package.json': { name: 'host', dependencies: { 'care-registry-shelf': '*' } },
    'main.mjs': block('console.log(await models.list())').replace('yolov11n-320@^1.2', 'fall-detector'),
    'node_modules/care-registry-shelf/package.json': block('"care-registry": "./index.js"'),
    'node_modules/care-registry-shelf/index.js': block("name: 'shelf'"),
    'shelf/shelf.json': JSON.stringify([modelPackage()]),
  });
  addToTree(host, { 'node_modules/@care/x/package.json': {} });
  await symlink(core, join(host, 'node_modules/@care/registry-core'), 'junction');
  const zod = dirname(createRequire(import.meta.url).resolve('zod/package.json'));
  await symlink(zod, join(host, 'node_modules/zod'), 'junction');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['main.mjs'], { cwd: host });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/outcome: 'skipped'[\s\S]*outcome: 'found'[\s\S]*modelId: 'fall-detector'/);
});
