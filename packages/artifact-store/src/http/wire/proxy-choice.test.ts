import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isExempt, proxyFor } from './proxy-choice.js';

it.each([
  ['https://api.example.org/', 'example.org', true],
  ['https://api.example.org/', '.example.org', true],
  ['https://api.example.org/', '*.example.org', true],
  ['https://example.org/', '.example.org', true],
  ['https://notexample.org/', 'example.org', false],
  ['https://api.example.org/', 'API.EXAMPLE.ORG', true],
  ['https://h/', 'h:443', true],
  ['https://h/', 'h:80', false],
  ['http://h:8080/', 'a, h:8080 b', true],
  ['http://127.0.0.1/', '127.0.0.1', true],
  ['http://[::1]/', '[::1]', true],
  ['http://h/', '*', true],
  ['http://h/', '', false],
  ['http://h/', ' , ,', false],
])('%s with NO_PROXY=%s', (url, noProxy, exempt) => expect(isExempt(new URL(url), noProxy)).toBe(exempt));

it('names each host with itself, and takes any text', () => {
  fc.assert(fc.property(fc.webUrl(), (url) => isExempt(new URL(url), `x ${new URL(url).hostname}`)));
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (text) => typeof isExempt(new URL('http://h/'), text) === 'boolean',
    ),
  );
});

it('takes the proxy of the scheme', () => {
  const env = { HTTP_PROXY: 'plain:1', https_proxy: 'https://secure:2', HTTPS_PROXY: 'http://other:3' };
  expect(proxyFor(new URL('http://h/'), env)?.href).toBe('http://plain:1/');
  expect(proxyFor(new URL('https://h/'), env)?.href).toBe('https://secure:2/');
  expect(proxyFor(new URL('https://h/'), { HTTP_PROXY: 'plain:1' })).toBeUndefined();
  expect(() => proxyFor(new URL('http://h/'), { HTTP_PROXY: 'socks5://h:1' })).toThrow(
    /names no http or https proxy/,
  );
});
