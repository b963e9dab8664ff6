import { CareError } from '@care/registry-core';
import { variable, type Environment } from '../../environment.js';

/** The proxy for an address as the environment says, or undefined for the direct way. */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const text = proxyText(env, name);
  if (text === '' || isExempt(url, setting(env, 'no_proxy'))) return undefined;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy;
  throw new CareError(
    'OPTIONS_INVALID',
    `the environment variable ${name.toUpperCase()} names no http or https proxy`,
    {
      remedy: 'Write the proxy as http://host:port or https://host:port.',
    },
  );
}

/** Passwords of the proxies: secrets like any other. */
export function proxySecrets(env: Environment): string[] {
  return ['http_proxy', 'https_proxy'].flatMap((name) => {
    const text = proxyText(env, name);
    const password = URL.canParse(text) ? new URL(text).password : '';
    return password === '' ? [] : [password, decodeURIComponent(password)];
  });
}

/** `NO_PROXY`: hosts with their subdomains, `host:port`, `*`; separated by commas or blanks. */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const domain = name.replace(/^\*?\./, '');
      if (domain === '' || (only !== undefined && only !== port)) return false;
      return host === domain || host.endsWith(`.${domain}`);
    });
}

function proxyText(env: Environment, name: string): string {
  const text = setting(env, name);
  return text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}

function setting(env: Environment, name: string): string {
  return variable(env, name, name.toUpperCase()) ?? '';
}
