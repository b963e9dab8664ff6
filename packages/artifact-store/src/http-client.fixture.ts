import type { Logger } from '@care/registry-core';
import { onTestFinished } from 'vitest';
import { createHttpClient } from './http/create-http-client.js';
import type { HttpClient, HttpClientOptions } from './http/http-client.js';

/** A client that waits milliseconds where the real one waits seconds. */
export function quickClient(options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = createHttpClient({
    env: {},
    backoffMs: { first: 4, most: 20 },
    stallTimeoutMs: 300,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A logger that keeps every line, fields included, as text. */
export function keepingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string): void => {
    lines.push(`${JSON.stringify(fields)} ${message}`);
  };
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
