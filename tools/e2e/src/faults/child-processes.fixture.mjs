import { execFileSync } from 'node:child_process';

/** Ids of the processes that run a model for a process. */
export function workerProcesses(host = process.pid) {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === host && command.includes('model-manager') ? [Number(pid)] : [];
  });
}
