import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../files/durable-file.js';
import { requireSha256 } from './store-layout.js';

/** What a download without a declared checksum turned out to be. */
export interface SourceOutcome {
  readonly sha256: string;
  /** Another one for each download, so that a new outcome is told from an old one without clocks. */
  readonly nonce: string;
}

export async function writeOutcome(path: string, sha256: string): Promise<void> {
  const outcome: SourceOutcome = { sha256, nonce: randomBytes(8).toString('hex') };
  await writeAtomically(path, JSON.stringify(outcome), 'alone');
}

export async function readOutcome(path: string): Promise<SourceOutcome | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('sha256' in value) || typeof value.sha256 !== 'string') return undefined;
    if (!('nonce' in value) || typeof value.nonce !== 'string') return undefined;
    return { sha256: requireSha256(value.sha256), nonce: value.nonce };
  } catch {
    // Absent or unreadable: nothing is known.
    return undefined;
  }
}
