import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { CareError, errorMessage } from '@care/registry-core';
import { variable, type Environment } from '../../environment.js';

const VARIABLES = ['CARE_CA_FILE', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'] as const;

/** Node's authorities and those that the environment names; undefined when it names none. */
export function certificateAuthorities(env: Environment): string[] | undefined {
  if (variable(env, ...VARIABLES) === undefined) return undefined;
  // With a list of its own TLS no longer reads NODE_EXTRA_CA_CERTS.
  const named = [...VARIABLES, 'NODE_EXTRA_CA_CERTS'].flatMap((name) => {
    const path = variable(env, name);
    return path === undefined ? [] : [readAuthorities(name, path)];
  });
  return [...rootCertificates, ...named];
}

function readAuthorities(name: string, path: string): string {
  const remedy = `Let ${name} name a PEM file of certificate authorities, or unset it.`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CareError(
      'OPTIONS_INVALID',
      `cannot read ${path}, which ${name} names: ${errorMessage(error)}`,
      {
        remedy,
      },
    );
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new CareError('OPTIONS_INVALID', `${path}, which ${name} names, holds no PEM certificate`, {
    remedy,
  });
}
