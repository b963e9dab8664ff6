import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Page } from './page.fixture.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** For the titles of tests that need one, where there is none. */
export const SKIPPED = ' (skipped: no chromium on the PATH, none in CHROMIUM_PATH)';

/** `CHROMIUM_PATH`, or the first Chromium on the PATH. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  if (given !== undefined && given !== '') return given;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((directory) => NAMES.map((name) => join(directory, name)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Reply {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A Chromium without a window, spoken to by the Chrome DevTools Protocol over a pipe: messages end with a zero byte. */
export class HeadlessChromium {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #input: Writable;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #listeners = new Map<string, (method: string, params: unknown) => void>();
  readonly #pages: string[] = [];
  #next = 1;
  #rest = '';

  constructor(executable: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'care-chromium-'));
    const asRoot = process.getuid?.() === 0;
    this.#child = spawn(
      executable,
      [
        '--headless=new',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#profile}`,
        '--no-first-run',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-extensions',
        // Chromium refuses its sandbox to root, as in containers.
        ...(asRoot ? ['--no-sandbox'] : []),
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    this.#input = this.#child.stdio[3] as Writable;
    const output = this.#child.stdio[4] as Readable;
    output.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#child.on('exit', () => this.#end());
    this.#input.on('error', () => this.#end());
  }

  async openPage(width: number, height: number, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const { targetId } = (await this.send('Target.createTarget', { url: 'about:blank' })) as {
      targetId: string;
    };
    const { sessionId } = (await this.send('Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string;
    };
    this.#pages.push(targetId);
    const page = new Page((method, params) => this.send(method, params, sessionId));
    this.#listeners.set(sessionId, (method, params) => page.heard(method, params));
    await page.prepare(width, height, scheme);
    return page;
  }

  async closePages(): Promise<void> {
    for (const targetId of this.#pages.splice(0)) await this.send('Target.closeTarget', { targetId });
    this.#listeners.clear();
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    const id = this.#next++;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`);
    return reply.result;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(text: string): void {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const message of messages) {
      const reply = JSON.parse(message) as Reply;
      if (reply.id !== undefined) {
        this.#waiting.get(reply.id)?.(reply);
        this.#waiting.delete(reply.id);
      } else if (reply.sessionId !== undefined && reply.method !== undefined) {
        this.#listeners.get(reply.sessionId)?.(reply.method, reply.params);
      }
    }
  }

  #end(): void {
    for (const answer of this.#waiting.values()) answer({ error: { message: 'Chromium has ended.' } });
    this.#waiting.clear();
  }
}
