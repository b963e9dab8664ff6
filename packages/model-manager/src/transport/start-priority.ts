import { readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Index of CAP_SYS_NICE in a Linux capability mask. */
const CAP_SYS_NICE = 23n;
/** The soft limit of `Max nice priority` from which a process may go back to nice 0 (20 - nice). */
const LIMIT_FOR_NORMAL = 20;

/**
 * Starting a worker is work in the background: it must not take the processor from the versions that serve. Lowering is done only
 * where it can be taken back, because a worker that stayed low would serve late.
 */
export function lowerPriority(pid: number | undefined): void {
  if (pid === undefined || !canBeRaisedAgain()) return;
  attempt(pid, constants.priority.PRIORITY_BELOW_NORMAL);
}

/** Ends what {@link lowerPriority} began. */
export function restorePriority(pid: number | undefined): void {
  if (pid === undefined || !canBeRaisedAgain()) return;
  // On Linux a priority is a thread's: those of the engine were started by a low one and are low as well.
  for (const thread of [pid, ...threadsOf(pid)]) attempt(thread, constants.priority.PRIORITY_NORMAL);
}

let raisable: boolean | undefined;

/** Whether this process may raise a priority that it lowered. */
function canBeRaisedAgain(): boolean {
  return (raisable ??= findOut());
}

function findOut(): boolean {
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') return process.getuid?.() === 0;
  try {
    return mayRaise(readFileSync('/proc/self/status', 'utf8'), readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return false; // Without /proc nothing is known, and nothing is lowered.
  }
}

/** @param status, limits texts of `/proc/self/status` and `/proc/self/limits` (proc(5)) */
export function mayRaise(status: string, limits: string): boolean {
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/im.exec(status)?.[1];
  if (capabilities !== undefined && ((BigInt(`0x${capabilities}`) >> CAP_SYS_NICE) & 1n) === 1n) return true;
  const soft = /^Max nice priority\s+(\d+|unlimited)/m.exec(limits)?.[1];
  return soft === 'unlimited' || Number(soft ?? 0) >= LIMIT_FOR_NORMAL;
}

function threadsOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return []; // It has ended.
  }
}

function attempt(id: number, priority: number): void {
  try {
    setPriority(id, priority);
  } catch {
    // It has ended, or the system forbids it after all: a matter of speed, not of right or wrong.
  }
}
