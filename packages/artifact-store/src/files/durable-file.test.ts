import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { moveIntoPlace, whileBusy, writeAtomically } from './durable-file.js';

const failing = (code: string, times: number) => {
  let calls = 0;
  const operation = () => {
    calls += 1;
    return calls <= times ? Promise.reject(Object.assign(new Error(code), { code })) : Promise.resolve(calls);
  };
  return { operation, calls: () => calls };
};

describe('a file that is in use for a moment', () => {
  it.each([
    ['EBUSY', 'win32'],
    ['EPERM', 'win32'],
    ['EACCES', 'win32'],
    ['EBUSY', 'linux'],
  ] as const)('%s on %s is tried again', async (code, platform) => {
    await expect(whileBusy(failing(code, 2).operation, platform)).resolves.toBe(3);
  });

  it.each([
    ['EPERM', 'linux'],
    ['EACCES', 'darwin'],
    ['ENOENT', 'win32'],
  ] as const)('%s on %s is final', async (code, platform) => {
    const { operation, calls } = failing(code, 2);
    await expect(whileBusy(operation, platform)).rejects.toMatchObject({ code });
    expect(calls()).toBe(1);
  });
});

it('renames over what is there, into directories that are not', async () => {
  const directory = await temporaryDirectory();
  writeFileSync(join(directory, 'new'), 'new');
  await moveIntoPlace(join(directory, 'new'), join(directory, 'deep', 'er', 'file'));
  writeFileSync(join(directory, 'newer'), 'newer');
  await moveIntoPlace(join(directory, 'newer'), join(directory, 'deep', 'er', 'file'));
  expect(readFileSync(join(directory, 'deep', 'er', 'file'), 'utf8')).toBe('newer');
});

it('leaves nothing behind when a document cannot be written', async () => {
  const directory = await temporaryDirectory();
  mkdirSync(join(directory, 'file.json', 'in the way'), { recursive: true });
  await expect(writeAtomically(join(directory, 'file.json'), '{}')).rejects.toThrow();
  expect(readdirSync(directory)).toEqual(['file.json']);
});
