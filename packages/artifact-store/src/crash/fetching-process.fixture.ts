import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DownloadSource } from '../download/download-source.js';
import type { StoredArtifact } from '../store/artifact-store.js';

const PROGRAM = join(import.meta.dirname, 'fetching-process.fixture.mjs');

export interface FetchOrder {
  readonly directory: string;
  readonly sources: readonly DownloadSource[];
  readonly lease?: readonly string[];
  readonly hold?: boolean;
  readonly stallTimeoutMs?: number;
}

export type FetchResult =
  | { readonly artifacts: readonly StoredArtifact[] }
  | { readonly code: string; readonly message: string }
  | 'killed';

export interface FetchingProcess {
  /** It has loaded everything; call `go` to let it begin. */
  readonly ready: Promise<void>;
  go(): void;
  readonly result: Promise<FetchResult>;
  /** SIGKILL; resolves when the process is gone and buried. */
  kill(): Promise<void>;
}

/** All begin at the same moment, when the last has loaded. */
export async function goTogether(children: readonly FetchingProcess[]): Promise<readonly FetchResult[]> {
  await Promise.all(children.map(({ ready }) => ready));
  for (const child of children) child.go();
  return Promise.all(children.map(({ result }) => result));
}

/** Starts a process that fetches with the built package. It is killed when the test ends. */
export function startFetching(order: FetchOrder): FetchingProcess {
  const child = fork(PROGRAM, [JSON.stringify(order)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(() => undefined);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  return { ready: nextMessage(child, gone), go: () => child.send('go'), result: resultOf(child, gone), kill };
}

async function resultOf(child: ChildProcess, gone: Promise<void>): Promise<FetchResult> {
  return new Promise((resolve) => {
    child.on('message', (message: FetchResult | 'ready') => {
      if (message !== 'ready') resolve(message);
    });
    void gone.then(() => resolve('killed'));
  });
}

async function nextMessage(child: ChildProcess, gone: Promise<void>): Promise<void> {
  await Promise.race([once(child, 'message'), gone]);
}
