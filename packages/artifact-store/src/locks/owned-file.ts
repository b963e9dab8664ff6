import { rm, utimes, writeFile } from 'node:fs/promises';
import { errorCode } from '../secrets/clean-cause.js';
import { HEARTBEAT_MS } from './liveness.js';

/** A file that says by its existence that this process holds something, kept alive by its modification time. */
export interface OwnedFile {
  readonly path: string;
  /** False when another process took the holder for dead and removed the file. */
  stillThere(): Promise<boolean>;
  release(): Promise<void>;
}

/** Keeps the heartbeat of a file that was just made. */
export function keepAlive(path: string): OwnedFile {
  let there = true;
  const beat = async (): Promise<void> => {
    const now = new Date();
    try {
      await utimes(path, now, now);
    } catch (error) {
      // Any other failure may pass; the next beat tells.
      if (errorCode(error) === 'ENOENT') there = false;
    }
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  timer.unref();
  return {
    path,
    async stillThere() {
      await beat();
      return there;
    },
    async release() {
      clearInterval(timer);
      await rm(path, { force: true });
    },
  };
}

/** Makes an empty owned file; its name says all. */
export async function createOwnedFile(path: string): Promise<OwnedFile> {
  await writeFile(path, '', { flag: 'wx' });
  return keepAlive(path);
}
