import { stat } from 'node:fs/promises';
import { processStart, thisMachine, type Owner } from './process-identity.js';

/** Holders touch their files this often; milliseconds. */
export const HEARTBEAT_MS = 3_000;
/** A file on another machine, or where a start cannot be told, that was not touched for that long has no holder any more. */
const SILENCE_MS = 30_000;
/** The same when the process is known to live: its thread may have been ended. */
const SILENCE_OF_LIVING_MS = 300_000;

interface Sighting {
  readonly mtimeMs: number;
  readonly since: number;
}

/**
 * Tells whether the owners of files still live. A process of this machine is looked up by pid and start; of others only the
 * heartbeat is known, and its silence is measured by the own clock, as clocks differ between machines.
 */
export class Liveness {
  readonly #sightings = new Map<string, Sighting>();

  /** `path` is the file that the owner touches. */
  async isAlive(path: string, owner: Owner): Promise<boolean> {
    const process = processState(owner);
    if (process === 'dead') return false;
    const silence = await this.#silence(path);
    if (silence === undefined) return false;
    return silence < (process === 'alive' ? SILENCE_OF_LIVING_MS : SILENCE_MS);
  }

  /** How long the file has not been touched; undefined when it is gone. */
  async #silence(path: string): Promise<number | undefined> {
    let mtimeMs: number;
    try {
      ({ mtimeMs } = await stat(path));
    } catch {
      // Released between the listing and now.
      this.#sightings.delete(path);
      return undefined;
    }
    const now = performance.now();
    const before = this.#sightings.get(path);
    if (before?.mtimeMs === mtimeMs) return now - before.since;
    this.#sightings.set(path, { mtimeMs, since: now });
    return 0;
  }
}

function processState({ machine, pid, start }: Owner): 'alive' | 'dead' | 'unknown' {
  if (machine !== thisMachine()) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another account.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return 'dead';
  }
  const found = processStart(pid);
  if (found === 'dead') return 'dead';
  if (found === undefined || start === '0') return 'unknown';
  return found === start ? 'alive' : 'dead';
}
