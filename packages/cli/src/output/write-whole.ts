import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CareError } from '@care/registry-core';

/**
 * Writes a file: whole or not at all, also when the command is interrupted.
 * @param what begins the message when it fails, e.g. `The report`
 * @throws CareError OUTPUT_FAILED
 */
export async function writeWhole(target: string, content: string | Uint8Array, what: string): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CareError('OUTPUT_FAILED', `${what} ${target} cannot be written: ${reason}.`, { cause });
  }
}
