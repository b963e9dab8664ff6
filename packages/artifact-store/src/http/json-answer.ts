import { CareError } from '@care/registry-core';
import type { HttpAnswer, JsonAnswer } from './http-client.js';

/** Reads the document; `url` is what may be shown. */
export async function readJson(answer: HttpAnswer, url: string, maxBytes: number): Promise<JsonAnswer> {
  const { status, headers } = answer;
  if (status >= 500) {
    answer.discard();
    throw unusable(url, `answered ${status} ${answer.statusText}`.trimEnd(), { status });
  }
  const text = await readText(answer, url, maxBytes);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    if (status < 400) throw unusable(url, 'answered with something that is not JSON', { status });
    body = text;
  }
  return { status, headers, body, url: answer.url };
}

async function readText(answer: HttpAnswer, url: string, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    length += chunk.length;
    if (length > maxBytes)
      throw unusable(url, `answered with more than ${maxBytes} bytes`, { status: answer.status });
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function unusable(url: string, what: string, details: { readonly status: number }): CareError {
  return new CareError('REGISTRY_UNAVAILABLE', `${url} ${what}`, { details: { url, ...details } });
}
