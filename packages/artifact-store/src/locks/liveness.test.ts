import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { Liveness } from './liveness.js';
import { newOwner } from './process-identity.js';

afterEach(() => vi.restoreAllMocks());

it('takes an owner on another machine for dead when its file was not touched for half a minute of the own clock', async () => {
  const path = join(await temporaryDirectory(), 'file');
  writeFileSync(path, '');
  // Its clock is far away, which says nothing.
  utimesSync(path, 1, 1);
  const foreign = { ...newOwner(), machine: 'abcdefabcdef' };
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const liveness = new Liveness();
  const at = (seconds: number) => {
    now.mockReturnValue(seconds * 1000);
    return liveness.isAlive(path, foreign);
  };
  expect([await at(0), await at(29)]).toEqual([true, true]);
  utimesSync(path, 2, 2);
  expect([await at(31), await at(60), await at(62)]).toEqual([true, true, false]);
});

it('gives a process of this machine that lives much longer: its event loop may be busy', async () => {
  const path = join(await temporaryDirectory(), 'file');
  writeFileSync(path, '');
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const liveness = new Liveness();
  const at = (seconds: number) => {
    now.mockReturnValue(seconds * 1000);
    return liveness.isAlive(path, newOwner());
  };
  expect([await at(0), await at(299), await at(301)]).toEqual([true, true, false]);
});
