import { readFile } from 'node:fs/promises';

export interface ProcessMemory {
  readonly residentBytes: number;
  readonly peakBytes: number;
}

/** What `/proc/PID/status` says (VmRSS, VmHWM); undefined when it says neither. */
export function parseProcessStatus(text: string): ProcessMemory | undefined {
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:[ \\t]*(\\d{1,12}) kB$`, 'm').exec(text)?.[1] ?? NaN) * 1024;
  const [residentBytes, peakBytes] = [field('VmRSS'), field('VmHWM')];
  return Number.isNaN(residentBytes) || Number.isNaN(peakBytes) ? undefined : { residentBytes, peakBytes };
}

/** Of several processes together; undefined where the platform does not tell it of each, or without processes. */
export async function processMemory(
  pids: readonly number[],
  proc = '/proc',
): Promise<ProcessMemory | undefined> {
  let sum: ProcessMemory | undefined;
  for (const pid of pids) {
    const text = await readFile(`${proc}/${pid}/status`, 'utf8').catch(() => '');
    const memory = parseProcessStatus(text);
    if (memory === undefined) return undefined;
    sum = {
      residentBytes: (sum?.residentBytes ?? 0) + memory.residentBytes,
      peakBytes: (sum?.peakBytes ?? 0) + memory.peakBytes,
    };
  }
  return sum;
}
