import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactor } from './redactor.js';

const secret = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
  .filter((text) => text.trim().length >= 4);

it('takes a secret out in every form it is sent in', () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
      const redact = redactor([key]);
      const lower = (text: string) => text.toLowerCase();
      for (const form of [
        key,
        encodeURIComponent(key),
        lower(encodeURIComponent(key)),
        JSON.stringify(key).slice(1, -1),
      ]) {
        expect(redact(before + form + after)).not.toContain(form);
      }
      const query = new URLSearchParams({ q: key }).toString();
      expect(redact(query)).not.toContain(query.slice(2));
    }),
  );
});

it('takes a secret out of base64, wherever it stands in it', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9]{16,40}$/);
  fc.assert(
    fc.property(key, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (text, before, after) => {
      const bytes = Buffer.from(before + text + after);
      for (const encoding of ['base64', 'base64url'] as const) {
        const shown = redactor([text])(`Basic ${bytes.toString(encoding)}`);
        expect(shown).toContain('***');
        const left = Buffer.from(shown.replace('Basic ', '').split('***')[0] ?? '', 'base64').toString();
        expect(left).not.toContain(text.slice(0, 4));
      }
    }),
  );
});

it('takes the sensitive parts out of addresses in a text', () => {
  expect(redactor([])('GET https://h/x?api_key=abc failed (see http://u:p@h2/)')).toBe(
    'GET https://h/x?api_key=*** failed (see http://***@h2/)',
  );
});

it('leaves ordinary words alone', () => {
  expect(redactor(['', 'a', 'abc'])('a cat sat on the abc')).toBe('a cat sat on the abc');
  expect(redactor(['a.c+d'])('abc+d a.c+d')).toBe('abc+d ***');
});
