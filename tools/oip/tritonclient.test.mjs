/**
 * The Open Inference Protocol of `care serve`, spoken by a client that we did not write. Needs Python with
 * `tritonclient[http]`: `CARE_PYTHON` names the interpreter (default `python3`); skipped, saying so, where there is none.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../nx.mjs';

const python = process.env.CARE_PYTHON ?? 'python3';
const hasClient = spawnSync(python, ['-c', 'import tritonclient.http']).status === 0;
const script = fileURLToPath(new URL('./check_with_tritonclient.py', import.meta.url));
const TOKEN = 'only-for-this-test-0123456789';

if (!hasClient) console.log(`skipped: ${python} has no tritonclient[http]; set CARE_PYTHON to one that has`);

describe.skipIf(!hasClient)('care serve and tritonclient', () => {
  let folder;
  let server;
  let url;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'care-oip-'));
    writeFileSync(path.join(folder, 'package.json'), '{ "name": "host", "private": true }');
    const args = [
      'serve',
      '--models',
      'room-detector',
      '--port',
      '0',
      '--json',
      '--admin-token-env',
      'CARE_TOKEN',
    ];
    server = spawn(process.execPath, [path.join(root, 'packages/cli/bin/care.js'), ...args], {
      cwd: folder,
      env: { ...process.env, CARE_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(server.stdout.setEncoding('utf8'), 'data');
    url = JSON.parse(line).url;
    for (let turn = 0; turn < 400; turn++) {
      if ((await fetch(`${url}/v2/health/ready`)).ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('not ready in time');
  }, 60_000);
  afterAll(async () => {
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('agree on health, metadata, tensors in every form, the repository and statistics', async () => {
    const client = spawn(python, [script, new URL(url).host, 'room-detector', TOKEN]);
    let output = '';
    for (const stream of [client.stdout, client.stderr]) stream.on('data', (text) => (output += text));
    const [code] = await once(client, 'close');
    expect(output).toMatch(/"checked": \d+/);
    expect(code).toBe(0);
  }, 120_000);
});
