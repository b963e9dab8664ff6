import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactUrl } from './redact-url.js';

describe('redactUrl', () => {
  it.each([
    ['https://api.roboflow.com/x?api_key=SECRET', 'https://api.roboflow.com/x?api_key=***'],
    ['https://h/x?a=1&token=SECRET&b=2', 'https://h/x?a=1&token=***&b=2'],
    ['https://user:SECRET@h:8443/x', 'https://***@h:8443/x'],
    [
      'https://s3/x?X-Amz-Credential=SECRET&X-Amz-Signature=SECRET&X-Amz-Date=SECRET&part=3',
      'https://s3/x?X-Amz-Credential=***&X-Amz-Signature=***&X-Amz-Date=***&part=3',
    ],
    ['https://gcs/x?X-Goog-Signature=SECRET&generation=7', 'https://gcs/x?X-Goog-Signature=***&generation=7'],
    [
      'https://cf/x?Expires=9&Signature=SECRET&Key-Pair-Id=SECRET&Policy=S',
      'https://cf/x?Expires=***&Signature=***&Key-Pair-Id=***&Policy=***',
    ],
    [
      'https://az/x?sv=S&sig=SECRET&se=S&sp=S&comp=list',
      'https://az/x?sv=***&sig=***&se=***&sp=***&comp=list',
    ],
    ['https://h/x?%61pi_key=SECRET', 'https://h/x?%61pi_key=***'],
    ['https://h/x#access_token=SECRET', 'https://h/x#***'],
    ['/x?api_key=SECRET', '/x?api_key=***'],
    ['https://h/monkey?keyboard=qwerty&monkey=1', 'https://h/monkey?keyboard=qwerty&monkey=1'],
    ['not a url', 'not a url'],
  ])('%s', (url, shown) => expect(redactUrl(url)).toBe(shown));

  it('never shows what an account or a sensitive parameter holds', () => {
    const word = fc.stringMatching(/^[a-z0-9]{12}$/);
    const name = fc.constantFrom('api_key', 'TOKEN', 'X-Amz-Security-Token', 'signature', 'access-token');
    fc.assert(
      fc.property(word, name, fc.webPath(), fc.webQueryParameters(), (secret, parameter, path, query) => {
        const url = `https://u${secret}:${secret}@host${path}?${query}&${parameter}=${secret}`;
        expect(redactUrl(url)).not.toContain(secret);
      }),
    );
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof redactUrl(text) === 'string'));
  });
});
