import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  formatLockFile,
  lockFileSchema,
  parseLockFile,
  readLockFile,
  writeLockFile,
  type LockFile,
} from './lock-file.js';

const file = fc.record({
  name: fc.string({ minLength: 1, maxLength: 40 }),
  role: fc.constantFrom('model' as const, 'external-data' as const, 'other' as const),
  size: fc.nat(),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
});
const variant = fc.record({
  id: fc.string({ minLength: 1, maxLength: 20 }),
  format: fc.constant('onnx'),
  precision: fc.constantFrom('fp32', 'int8'),
  files: fc.array(file, { minLength: 1, maxLength: 3 }),
});
const model = fc.record(
  {
    registry: fc.constantFrom('roboflow', 'huggingface', 'local-onnx'),
    model_id: fc.stringMatching(/^[a-z][a-z0-9/]{0,20}$/),
    version: fc.stringMatching(/^[0-9a-f]{1,40}$/),
    variants: fc.array(variant, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['registry', 'model_id', 'variants'] },
);
const reference = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{1,10}(\/[a-z0-9]{1,8})?(@[0-9^]{1,5})?$/),
  fc.constantFrom('constructor', 'toString'),
);
const lock = fc
  .dictionary(reference, model, { maxKeys: 5 })
  .map((models): LockFile => lockFileSchema.parse({ lockfile_version: 1, models: { ...models } }));

describe('a lock file', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(lock, (value) => {
        expect(parseLockFile(formatLockFile(value), 'care.lock.json')).toEqual(value);
      }),
    );
  });

  it('is the same text whatever the order of references and keys', () => {
    fc.assert(
      fc.property(lock, (value) => {
        const turned = Object.fromEntries(
          Object.entries(value.models)
            .toReversed()
            .map(([key, entry]) => [key, Object.fromEntries(Object.entries(entry).toReversed())]),
        );
        const other = lockFileSchema.parse({ models: turned, lockfile_version: 1 });
        expect(formatLockFile(other)).toBe(formatLockFile(value));
      }),
    );
  });

  it('that is anything else is refused with file, field and remedy, and nothing else is thrown', () => {
    const refused = (content: string): void => {
      try {
        parseLockFile(content, 'care.lock.json');
      } catch (error) {
        expect(isCareError(error, 'MANIFEST_INVALID')).toBe(true);
        expect(error).toHaveProperty(
          'message',
          expect.stringMatching(/^The lock file care\.lock\.json cannot be used: ./),
        );
      }
    };
    fc.assert(fc.property(fc.json(), refused), { numRuns: 300 });
    fc.assert(fc.property(fc.string(), refused), { numRuns: 300 });
    // One place of a good one is spoilt.
    fc.assert(
      fc.property(lock, fc.nat(), fc.constantFrom('', '"', '{', '1', 'x', '\\'), (value, at, piece) => {
        const good = formatLockFile(value);
        const cut = at % good.length;
        refused(good.slice(0, cut) + piece + good.slice(cut + 1));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"lockfile_version":2,"models":{}}', /lockfile_version/],
    ['{"lockfile_version":1,"models":{"a b@@":{}}}', /a b@@/],
    ['{"lockfile_version":1,"models":{},"api_key":"x"}', /api_key/],
    ['{', /no JSON/],
  ])('names the field: %s', (content, message) => {
    expect(() => parseLockFile(content, 'care.lock.json')).toThrow(message);
  });

  it('is undefined when there is none, and is written whole', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'care-lock-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const path = join(dir, 'care.lock.json');
    expect(await readLockFile(path)).toBeUndefined();
    await writeLockFile(path, { lockfile_version: 1, models: {} });
    expect(readFileSync(path, 'utf8')).toBe('{\n  "lockfile_version": 1,\n  "models": {}\n}\n');
    writeFileSync(path, 'spoilt');
    await expect(readLockFile(path)).rejects.toThrow(/no JSON/);
  });
});
