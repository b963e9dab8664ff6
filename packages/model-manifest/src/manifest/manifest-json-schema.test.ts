import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { manifestJsonSchema } from './manifest-json-schema.js';

it('manifest.schema.json is up to date (`npm run schema` writes it)', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../manifest.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(manifestJsonSchema());
});
