import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/** Who holds something, as it stands in the name of a file: `<machine>-<pid>-<start>-<nonce>`. */
export interface Owner {
  /** Hash of host name, boot and process namespace: where the pid means something. */
  readonly machine: string;
  readonly pid: number;
  /** Start of the process in ticks since boot, so that a pid that is given out again is told; `0` where unknown. */
  readonly start: string;
  readonly nonce: string;
}

const OWNER = /^([0-9a-f]{12})-(\d{1,10})-(\d{1,20})-([0-9a-f]{16})$/;

export function formatOwner({ machine, pid, start, nonce }: Owner): string {
  return `${machine}-${pid}-${start}-${nonce}`;
}

export function parseOwner(text: string): Owner | undefined {
  const match = OWNER.exec(text);
  if (match === null) return undefined;
  const [, machine = '', pid = '', start = '', nonce = ''] = match;
  return { machine, pid: Number(pid), start, nonce };
}

/** This process, with a nonce of its own for each call. */
export function newOwner(): Owner {
  return {
    machine: thisMachine(),
    pid: process.pid,
    start: processStart(process.pid) ?? '0',
    nonce: randomBytes(8).toString('hex'),
  };
}

let machine: string | undefined;

export function thisMachine(): string {
  machine ??= createHash('sha256')
    .update(`${hostname()}\n${bootId()}\n${processNamespace()}`)
    .digest('hex')
    .slice(0, 12);
  return machine;
}

/** Changes with every start of the machine; what was written before another boot may have been lost in part. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // No Linux. The time of the boot, coarse enough for the clock to be set right meanwhile.
    return `boot-${Math.round((Date.now() / 1000 - uptime()) / 120)}`;
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has them.
    return '';
  }
}

/** Undefined when it cannot be told, or there is no such process; `dead` for one that has ended and waits to be buried. */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in parentheses and may hold blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : fields[19];
  } catch {
    // No Linux, or no such process.
    return undefined;
  }
}
