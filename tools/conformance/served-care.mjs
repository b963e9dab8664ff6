/** A `care serve` of the built command line as a process of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../nx.mjs';

const READY_MS = 60_000;

/** Serves the models of a folder. It is ready when this resolves. */
export async function serveCare(modelsDir, cwd) {
  const token = randomBytes(24).toString('hex');
  const cli = path.join(root, 'packages/cli/bin/care.js');
  const args = [
    'serve',
    '--models-dir',
    modelsDir,
    '--port',
    '0',
    '--admin-token-env',
    'CARE_ADMIN_TOKEN',
    '--json',
  ];
  const child = spawn(process.execPath, [cli, ...args, '--log-level', 'warn'], {
    cwd,
    env: { ...process.env, CARE_ADMIN_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  child.stderr.setEncoding('utf8').on('data', (text) => log.push(text));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    const [code, signal] = await ended;
    return code ?? signal;
  };
  try {
    const url = await announcedUrl(child, ended, log);
    await ready(url, log);
    return { url, token, stop, log };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function announcedUrl(child, ended, log) {
  const lines = createInterface({ input: child.stdout });
  const first = once(lines, 'line').then(([line]) => JSON.parse(line).url);
  const failed = ended.then(([code]) => {
    throw new Error(`care serve ended with ${code} before it listened:\n${log.join('')}`);
  });
  failed.catch(() => undefined);
  return await Promise.race([first, failed]);
}

async function ready(url, log) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const { ok } = await fetch(`${url}/v2/health/ready`);
    if (ok) return;
    await delay(100);
  }
  throw new Error(`care serve is not ready after ${READY_MS / 1000} s:\n${log.join('')}`);
}
