import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCareError } from '@care/registry-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxesOption } from './boxes-option.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'care-boxes-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (file: string): string => join(folder, file);
const given = (json: string) => {
  writeFileSync(inFolder('boxes.json'), json);
  return boxesOption('boxes.json', inFolder);
};
const failure = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (isCareError(error, 'OPTIONS_INVALID')) return error.message;
    throw error;
  }
  throw new Error('did not throw');
};

describe('--boxes', () => {
  it('is one box, or a file with boxes for all pictures or by picture', () => {
    expect(boxesOption('1,2.5, 3,4', inFolder)('any.jpg')).toEqual([[1, 2.5, 3, 4]]);
    expect(given('[[0, 0, 10, 20], [-5, 0, 5, 5]]')('any.jpg')).toHaveLength(2);
    const byPicture = given('{"a.jpg": [[0, 0, 10, 20]], "x/b.jpg": []}');
    expect(['some/a.jpg', 'x/b.jpg', 'b.jpg'].map(byPicture)).toEqual([[[0, 0, 10, 20]], [], undefined]);
  });

  it('refuses anything else and says what it wants', () => {
    for (const json of [
      '[1, 2, 3, 4]',
      '[[0, 0, 0, 4]]',
      '[[0, 0, "4", 4]]',
      '{"a.jpg": [[1]]}',
      '3',
      'null',
      '{',
    ])
      expect(failure(() => given(json))).toContain('--boxes boxes.json');
    expect(failure(() => boxesOption('absent.json', inFolder))).toContain('ENOENT');
    expect(failure(() => boxesOption('1,2,3', inFolder))).toContain('no boxes');
    expect(failure(() => boxesOption('3,2,1,4', inFolder))).toContain('no boxes');
  });
});
