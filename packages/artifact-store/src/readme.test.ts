import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sha256Of, startFileServer } from './file-server.fixture.js';
import { temporaryDirectory } from './temporary-directory.fixture.js';

it('the examples of the README work together, with the built package', async () => {
  const content = randomBytes(50_000);
  const server = await startFileServer({
    '/fall-detector.onnx': content,
    '/fall-detector.json': Buffer.from('{"version":"1.2.0"}'),
  });
  const root = join(import.meta.dirname, '..');
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1] ?? '');
  expect(blocks).toHaveLength(2);
  const [first = '', second = ''] = blocks.map((block) =>
    block.replaceAll('https://models.example/', server.url('/')),
  );
  const host = await temporaryDirectory();
  await mkdir(join(host, 'node_modules', '@care'), { recursive: true });
  await symlink(root, join(host, 'node_modules', '@care', 'artifact-store'), 'junction');
  const zod = dirname(
    createRequire(join(root, '..', 'registry-core', 'package.json')).resolve('zod/package.json'),
  );
  await symlink(zod, join(host, 'node_modules', 'zod'), 'junction');
  const close = 'await client.close();';
  expect(first).toContain(close);
  const program = `${first.replace(close, '')}\n${second}\nconsole.log(value, stale);\n${close}\n`;
  await writeFile(join(host, 'main.mjs'), program);
  const env = { PATH: process.env.PATH, CARE_CACHE_DIR: join(host, 'cache') };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['main.mjs'], { cwd: host, env });
  expect(stderr).toBe('');
  expect(stdout).toContain(sha256Of(content));
  expect(stdout).toMatch(/\n50000 50000 [\d.]+\n/);
  expect(stdout).toContain("{ version: '1.2.0' } undefined");
});
