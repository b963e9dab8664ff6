import fc from 'fast-check';
import { isCareError } from '@care/registry-core';
import { expect, it } from 'vitest';
import { changesBetween, stateOf } from './changes.js';
import { understand } from './understand.js';

const document = fc.record(
  { path: fc.string({ minLength: 1 }), text: fc.oneof(fc.string(), fc.json()), missing: fc.string() },
  { requiredKeys: ['path'] },
);
const served = fc.record({
  index: fc.constant({ path: '' }),
  manifests: fc.array(document, { maxLength: 4 }),
  deployments: fc.array(document, { maxLength: 4 }),
});

it('what cannot be used is told with a code, whatever a server says, and nothing has changed when nothing has', () => {
  fc.assert(
    fc.property(served, served, (one, other) => {
      const [before, after] = [one, other].map((models) => understand(models, (path) => path));
      if (before === undefined || after === undefined) throw new Error('both were given');
      const none = new Map<string, string>();
      expect(changesBetween(stateOf(before, none), stateOf(before, none))).toEqual([]);
      for (const { kind, error } of changesBetween(stateOf(before, none), stateOf(after, none))) {
        if (kind === 'invalid') expect(isCareError(error, 'MANIFEST_INVALID')).toBe(true);
      }
    }),
  );
});
