import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, contentHash } from './canonical-json.js';
import { parseProfile } from './parse-profile.js';
import { fromBundle } from './profile-bundle.js';
import { profileOf } from './profile.fixture.js';

const content = JSON.stringify(profileOf());

function parses(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!isCareError(error, 'MANIFEST_INVALID')) throw error;
  }
}

it('any text is a profile or MANIFEST_INVALID', () => {
  fc.assert(fc.property(fc.string(), (text) => parses(() => parseProfile(text, 'p.json'))));
  fc.assert(fc.property(fc.json(), (text) => parses(() => fromBundle(text, 'p.json'))));
});

it('a profile with bytes that were changed is a profile or MANIFEST_INVALID', () => {
  const places = fc.integer({ min: 0, max: content.length - 1 });
  fc.assert(
    fc.property(places, fc.string({ maxLength: 3 }), (place, text) => {
      parses(() => parseProfile(content.slice(0, place) + text + content.slice(place + 1), 'p.json'));
    }),
  );
});

it('a profile with a field of another kind is refused by its name', () => {
  const whole = profileOf();
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(whole)), fc.jsonValue(), (field, value) => {
      const changed = JSON.stringify({ ...whole, [field]: value });
      try {
        const parsed = parseProfile(changed, 'p.json');
        expect(canonicalJson(parsed)).toBe(canonicalJson(JSON.parse(changed)));
      } catch (error) {
        expect(isCareError(error, 'MANIFEST_INVALID')).toBe(true);
        expect((error as Error).message).toContain(field);
      }
    }),
  );
});

it('what is written is read again', () => {
  expect(parseProfile(content, 'p.json')).toEqual(profileOf());
});

it('canonical JSON tells what differs, and nothing else', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(contentHash(turned)).toBe(contentHash(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(contentHash({ a: { b: 1 } })).not.toBe(contentHash({ a: { b: 2 } }));
  expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
});
