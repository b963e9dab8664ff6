import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { lowerPriority, mayRaise, restorePriority } from './start-priority.js';

const NONE = 'Max nice priority         0                    0                    \n';

describe('whether a lowered priority can be raised again', () => {
  // Texts as proc(5) has them; CAP_SYS_NICE is bit 23 (linux/capability.h).
  it.each([
    ['root with every capability', 'CapEff:\t000001ffffffffff\n', NONE, true],
    ['CAP_SYS_NICE alone', 'CapEff:\t0000000000800000\n', NONE, true],
    ["root in a container with Docker's default set", 'CapEff:\t00000000a80425fb\n', NONE, false],
    ['a user', 'CapEff:\t0000000000000000\n', NONE, false],
    ['a user with LimitNICE=0', 'CapEff:\t0000000000000000\n', NONE.replaceAll(' 0 ', '20 '), true],
    [
      'a user without limit',
      'CapEff:\t0000000000000000\n',
      'Max nice priority  unlimited  unlimited\n',
      true,
    ],
    ['nothing that can be read', '', '', false],
  ])('%s', (_who, status, limits, expected) => {
    expect(mayRaise(status, limits)).toBe(expected);
  });
});

describe('a child process', () => {
  it('is below normal while it starts and normal with all of its threads afterwards, where that may be taken back', async () => {
    const program = 'process.send("up"); process.on("message", () => process.exit())';
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const { pid } = child;
    lowerPriority(pid);
    await once(child, 'message');
    const before = priorities(pid);
    restorePriority(pid);
    const after = priorities(pid);
    child.send('end');
    await once(child, 'exit');
    expect(new Set(after)).toEqual(new Set([0]));
    // Where the system would not let it be raised again it was never lowered.
    expect([0, 7, 10]).toContain(before[0]);
    if (process.platform === 'linux') expect(after.length).toBeGreaterThan(1);
  });

  it('that has ended is no failure', () => {
    expect(() => {
      lowerPriority(2 ** 22 - 1);
      restorePriority(2 ** 22 - 1);
      restorePriority(undefined);
    }).not.toThrow();
  });
});

function priorities(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
  return threads.map((thread) => getPriority(thread));
}
