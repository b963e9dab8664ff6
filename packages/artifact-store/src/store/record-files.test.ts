import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonValue } from '@care/registry-core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { filesIn } from '../crash/store-content.fixture.js';
import { redactor } from '../secrets/redactor.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { recordFiles } from './record-files.js';
import type { RecordStore } from './record-store.js';

const sha256 = 'ab'.repeat(32);

let directory: string;
let records: RecordStore;
beforeEach(async () => {
  directory = await temporaryDirectory();
  records = recordFiles(directory, redactor([]));
});

const only = () => join(directory, filesIn(directory)[0] ?? '');

describe('a record', () => {
  it('is read as it was written, with its time and files', async () => {
    const before = Date.now();
    await records.write(
      'roboflow',
      'coco/3',
      { a: [1, null, { b: 'c' }] },
      { files: [sha256.toUpperCase()] },
    );
    const record = await records.read('roboflow', 'coco/3');
    expect(record).toMatchObject({ value: { a: [1, null, { b: 'c' }] }, files: [sha256] });
    expect(record?.writtenAt.getTime()).toBeGreaterThanOrEqual(before - 1);
  });

  it('replaces the one before, and is removed', async () => {
    await records.write('n', 'k', 1);
    await records.write('n', 'k', 2);
    expect(await records.list()).toMatchObject([{ namespace: 'n', key: 'k', value: 2, files: [] }]);
    await records.remove('n', 'k');
    expect(await records.read('n', 'k')).toBeUndefined();
    expect(await records.list()).toEqual([]);
  });

  it('is listed by namespace, under a name for people', async () => {
    await records.write('huggingface', 'org/name@main', 1);
    await records.write('roboflow', 'coco/3', 1);
    expect((await records.list('roboflow')).map(({ key }) => key)).toEqual(['coco/3']);
    expect(await records.list()).toHaveLength(2);
    expect(filesIn(directory).toSorted()).toEqual([
      expect.stringMatching(/^huggingface-[0-9a-f]{16}.org-name-main-[0-9a-f]{16}\.json$/),
      expect.stringMatching(/^roboflow-[0-9a-f]{16}.coco-3-[0-9a-f]{16}\.json$/),
    ]);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"format":2}',
    '{"format":1,"namespace":"n","key":"k","writtenAt":"x","files":[],"value":1}',
  ])('that is damaged (%s) is as if there were none', async (text) => {
    await records.write('n', 'k', 1);
    writeFileSync(only(), text);
    expect(await records.read('n', 'k')).toBeUndefined();
    expect(await records.list()).toEqual([]);
    await records.write('n', 'k', 2);
    expect(await records.read('n', 'k')).toMatchObject({ value: 2 });
  });

  it('holds no secrets, in value, key or name', async () => {
    records = recordFiles(directory, redactor(['mArKeR-secret']));
    const value = { url: 'https://h/x?api_key=other&v=1', 'mArKeR-secret': ['mArKeR-secret'] };
    await records.write('n', 'k?token=mArKeR-secret', value);
    expect(readFileSync(only(), 'utf8') + only()).not.toMatch(/marker|other/i);
    expect(await records.read('n', 'k?token=mArKeR-secret')).toMatchObject({
      value: { url: 'https://h/x?api_key=***&v=1', '***': ['***'] },
    });
  });

  it('lies below its directory, whatever its key is, and two keys are two records', async () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '../../x', 'A', 'a', '/', '\0', 'con', 'a/b', 'a-b'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { minLength: 2, maxLength: 4 }),
        fc.jsonValue(),
        async (keys, json) => {
          const value = JSON.parse(JSON.stringify(json)) as JsonValue;
          for (const one of keys) await records.write(one, one, [one, value]);
          for (const one of keys) expect(await records.read(one, one)).toMatchObject({ value: [one, value] });
        },
      ),
      { numRuns: 30 },
    );
    expect(readdirSync(dirname(directory))).not.toContain('x');
    mkdirSync(directory, { recursive: true });
  });
});
