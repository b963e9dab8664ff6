import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostWithModel, type TemporaryHost } from '../care-bin.fixture.js';

const BIN = fileURLToPath(new URL('../../bin/care.js', import.meta.url));
const CLIENTS = 8;

let host: TemporaryHost;
let child: ChildProcessByStdio<null, Readable, Readable> | undefined;
beforeEach(() => {
  host = hostWithModel();
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  host[Symbol.dispose]();
});

interface Serving {
  readonly url: string;
  readonly ended: Promise<number | null>;
  readonly log: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
}

async function serve(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Serving> {
  const started = spawn(process.execPath, [BIN, 'serve', '--port', '0', '--json', ...args], {
    cwd: host.dir,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let log = '';
  started.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise<number | null>((resolve) => started.on('close', resolve));
  const first = once(started.stdout.setEncoding('utf8'), 'data') as Promise<[string]>;
  const line = await Promise.race([
    first,
    ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${log}`))),
  ]);
  const { url } = JSON.parse(line[0]) as { url: string };
  await ready(url);
  return { url, ended, log: () => log, kill: (signal) => void started.kill(signal) };
}

async function ready(url: string): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    if ((await fetch(`${url}/v2/health/ready`)).ok) return;
    await sleep(50);
  }
  throw new Error('not ready in time');
}

/** What became of a request: its status, or why no answer came. */
interface Outcome {
  readonly id: string;
  readonly status?: number;
  readonly version?: string;
  readonly error?: string;
}

function predict(url: string, picture: Uint8Array, agent: Agent, id: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'image/jpeg', 'content-length': picture.length, 'x-request-id': id };
    const asked = request(`${url}/v1/models/fake/predict`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        resolve({
          id,
          status: response.statusCode ?? 0,
          version: String(response.headers['x-care-version']),
        }),
      );
      response.on('error', (error) => resolve({ id, error: error.message }));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve({ id, error: error.code ?? error.message }));
    asked.end(picture);
  });
}

describe.skipIf(process.platform === 'win32')('care serve', () => {
  it('answers every request it accepted after SIGTERM, and exits with 0', async () => {
    const { url, kill, ended, log } = await serve(['--drain-seconds', '20', '--log-level', 'debug']);
    const picture = readFileSync(await host.picture('photo.jpg'));
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const outcomes: Outcome[] = [];
    let stop = false;
    let sent = 0;
    const client = async (): Promise<void> => {
      while (!stop) {
        const outcome = await predict(url, picture, agent, `request-${sent++}`);
        outcomes.push(outcome);
        // Nobody listens any more.
        if (outcome.error === 'ECONNREFUSED') return;
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);
    while (outcomes.length < 5 * CLIENTS) await sleep(10);
    const before = outcomes.length;
    kill('SIGTERM');
    const code = await ended;
    stop = true;
    await Promise.all(clients);
    agent.destroy();
    expect(code).toBe(0);
    const answered = outcomes.filter(({ status }) => status !== undefined);
    expect(answered.length).toBeGreaterThan(before);
    expect(new Set(answered.map(({ status, version }) => `${status} ${version}`))).toEqual(
      new Set(['200 1.2.0']),
    );
    // What was reset had only reached the system's queue of connections: the server has not seen it.
    const unanswered = outcomes.filter(({ status }) => status === undefined);
    expect(unanswered.filter(({ id }) => log().includes(`"${id}"`))).toEqual([]);
    const received = [...log().matchAll(/"reqId":"(request-\d+)".*"msg":"received"/g)].map(([, id]) => id);
    expect(received.sort()).toEqual(answered.map(({ id }) => id).sort());
    expect(log()).not.toContain('had no answer');
  });

  it('ends at once at the second signal', async () => {
    const { kill, ended } = await serve(['--drain-seconds', '600', '--isolation', 'thread']);
    kill('SIGTERM');
    await sleep(50);
    kill('SIGTERM');
    // Ended in the middle by the signal, or just before it.
    expect([null, 0]).toContain(await ended);
  });

  it('keeps the admin plane off without a token, and refuses a token that is none', async () => {
    const { url, kill, ended } = await serve(['--isolation', 'thread']);
    const refused = await fetch(`${url}/v1/models/fake/rollback`, { method: 'POST' });
    expect(refused.status).toBe(403);
    kill('SIGINT');
    expect(await ended).toBe(0);
    for (const [args, env] of [
      [['--admin-token-env', 'CARE_NONE'], {}],
      [['--admin-token-env', 'CARE_SHORT'], { CARE_SHORT: 'short' }],
      [['--admin-token-file', 'absent'], {}],
    ] as const) {
      const { code, stderr } = await host.run(['serve', '--port', '0', ...args], { env });
      expect(code).toBe(2);
      expect(stderr).toMatch(/token/);
    }
  });
});
