import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { CareError, errorMessage } from '@care/registry-core';
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { variable, type Environment } from '../environment.js';

const CA_VARIABLES = ['CARE_CA_FILE', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'] as const;

/** Connections as the environment wants them: by its proxies, trusting its certificate authorities. */
export function createDispatcher(
  env: Environment,
  timeouts: { readonly connectTimeoutMs: number; readonly stallTimeoutMs: number },
): Dispatcher {
  const ca = certificateAuthorities(env);
  const tls = { timeout: timeouts.connectTimeoutMs, ...(ca === undefined ? {} : { ca }) };
  return new EnvHttpProxyAgent({
    // An empty text keeps undici from reading the environment of the process.
    httpProxy: checkedProxy(env, 'http_proxy'),
    httpsProxy: checkedProxy(env, 'https_proxy'),
    noProxy: setting(env, 'no_proxy'),
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    headersTimeout: timeouts.stallTimeoutMs,
    bodyTimeout: timeouts.stallTimeoutMs,
  });
}

/** Passwords of the proxies: secrets like any other. */
export function proxySecrets(env: Environment): string[] {
  return ['http_proxy', 'https_proxy'].flatMap((name) => {
    const proxy = proxyOf(env, name);
    if (!URL.canParse(proxy)) return [];
    const { password } = new URL(proxy);
    if (password === '') return [];
    return [password, decodeURIComponent(password)];
  });
}

function checkedProxy(env: Environment, name: string): string {
  const proxy = proxyOf(env, name);
  if (proxy === '' || URL.canParse(proxy)) return proxy;
  throw new CareError('OPTIONS_INVALID', `the environment variable ${name.toUpperCase()} is not a URL`, {
    remedy: 'Write the proxy as http://host:port or https://host:port.',
  });
}

function proxyOf(env: Environment, name: string): string {
  const text = setting(env, name);
  return text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}

function setting(env: Environment, name: string): string {
  return variable(env, name, name.toUpperCase()) ?? '';
}

function certificateAuthorities(env: Environment): string[] | undefined {
  if (variable(env, ...CA_VARIABLES) === undefined) return undefined;
  // With a list of its own TLS no longer reads NODE_EXTRA_CA_CERTS.
  const variables = [...CA_VARIABLES, 'NODE_EXTRA_CA_CERTS'];
  const read = variables.flatMap((name) => {
    const path = variable(env, name);
    return path === undefined ? [] : [readAuthorities(name, path)];
  });
  return [...rootCertificates, ...read];
}

function readAuthorities(name: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CareError(
      'OPTIONS_INVALID',
      `cannot read ${path}, which ${name} names: ${errorMessage(error)}`,
      {
        remedy: `Let ${name} name a PEM file of certificate authorities, or unset it.`,
      },
    );
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CareError('OPTIONS_INVALID', `${path}, which ${name} names, holds no PEM certificate`, {
      remedy: `Let ${name} name a PEM file of certificate authorities, or unset it.`,
    });
  }
  return text;
}
