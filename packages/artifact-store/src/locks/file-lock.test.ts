import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { acquireLock, removeDeadLocks } from './file-lock.js';
import { formatOwner, newOwner, parseOwner, processStart } from './process-identity.js';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory, 'key');
});

const unlessFree = { what: 'the test', whileWaiting: () => Promise.resolve(true) };

/** A lock file as another owner makes it. */
function foreignLock(owner: Partial<ReturnType<typeof newOwner>>): string {
  const file = `${path}.${formatOwner({ ...newOwner(), ...owner })}.lock`;
  writeFileSync(file, '');
  return file;
}

const deadPid = () => spawnSync(process.execPath, ['-e', '0']).pid;

describe('a lock', () => {
  it('has one holder at a time', async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const lock = await acquireLock(path, { what: 'the test' });
        inside += 1;
        most = Math.max(most, inside);
        await sleep(5);
        inside -= 1;
        await lock?.release();
      }),
    );
    expect(most).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not given while it is held, and is after its release', async () => {
    const held = await acquireLock(path, { what: 'the test' });
    expect(await acquireLock(path, unlessFree)).toBeUndefined();
    await held?.release();
    const next = await acquireLock(path, unlessFree);
    expect(await next?.stillThere()).toBe(true);
    await next?.release();
  });

  it('is free when its holder is dead', async () => {
    foreignLock({ pid: deadPid() });
    await expect(acquireLock(path, unlessFree)).resolves.toBeDefined();
  });

  it.skipIf(process.platform !== 'linux')(
    'is free when the pid belongs to another process by now',
    async () => {
      foreignLock({ start: '1' });
      await expect(acquireLock(path, unlessFree)).resolves.toBeDefined();
      expect(processStart(process.pid)).toMatch(/^\d+$/);
    },
  );

  it('of another machine is held: its heart may beat', async () => {
    foreignLock({ machine: 'abcdefabcdef', pid: 1 });
    expect(await acquireLock(path, unlessFree)).toBeUndefined();
  });

  it('of a name that begins alike is another lock', async () => {
    const other = await acquireLock(`${path}.more`, { what: 'the test' });
    await expect(acquireLock(path, unlessFree)).resolves.toBeDefined();
    await other?.release();
  });

  it('tells its holder that it was taken for dead', async () => {
    const lock = await acquireLock(path, { what: 'the test' });
    foreignLock({ pid: deadPid() });
    for (const name of readdirSync(directory)) utimesSync(join(directory, name), 1, 1);
    await removeDeadLocks(directory);
    expect(readdirSync(directory)).toHaveLength(1);
    expect(await lock?.stillThere()).toBe(true);
    rmSync(lock?.path ?? '');
    expect(await lock?.stillThere()).toBe(false);
    await lock?.release();
  });

  it('stops waiting when it is aborted', async () => {
    const held = await acquireLock(path, { what: 'the test' });
    await expect(
      acquireLock(path, { what: 'the test', signal: AbortSignal.timeout(30) }),
    ).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await held?.release();
    expect(readdirSync(directory)).toEqual([]);
  });
});

it('an owner is read as it is written, and nothing else is one', () => {
  const owner = newOwner();
  expect(parseOwner(formatOwner(owner))).toEqual(owner);
  for (const text of ['', 'x', 'abc-1-2-3', `${formatOwner(owner)}x`])
    expect(parseOwner(text)).toBeUndefined();
});
