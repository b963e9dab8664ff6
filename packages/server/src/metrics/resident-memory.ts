import { readFile } from 'node:fs/promises';

const VM_RSS = /^VmRSS:\s*(\d+) kB$/m;

/** Bytes of memory that a process occupies; undefined where the system does not tell (not Linux), or when it has ended. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = VM_RSS.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
