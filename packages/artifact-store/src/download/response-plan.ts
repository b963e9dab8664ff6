import type { HttpAnswer } from '../http/http-client.js';
import { isPassingStatus } from '../http/retry-policy.js';
import { parseContentRange } from './content-range.js';
import { googMd5 } from './goog-hash.js';

/** What was asked for. */
export interface Asked {
  /** Bytes that are there already; 0 asks for the whole. */
  readonly offset: number;
  /** What the bytes that are there were marked with. */
  readonly validator?: string | undefined;
  /** The size that was declared. */
  readonly declaredBytes?: number | undefined;
  /** The size that an earlier answer told. */
  readonly knownBytes?: number | undefined;
}

/** What an answer means for the bytes that are there. */
export type ResponsePlan =
  | {
      /** `append`: the body follows what is there. `replace`: it is the whole file. */
      readonly kind: 'append' | 'replace';
      readonly totalBytes?: number;
      readonly validator?: string;
      readonly md5?: string;
      /** False when a body that ends early cannot be told from a whole one. */
      readonly endIsTold: boolean;
    }
  /** What is there does not fit what the server has: ask for the whole. */
  | { readonly kind: 'ask-whole'; readonly why: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'later'; readonly why: string }
  /** It would be the same at the next attempt. `size` when the file is not of the declared size. */
  | { readonly kind: 'refused'; readonly why: string; readonly cause: 'status' | 'size' };

const EXPIRED = new Set([400, 401, 403, 410]);

export function planResponse(answer: Pick<HttpAnswer, 'status' | 'headers'>, asked: Asked): ResponsePlan {
  const { status, headers } = answer;
  if (status === 206) return planPart(headers, asked);
  if (status === 200) return planWhole(headers, asked);
  if (status === 416 && asked.offset > 0) {
    return { kind: 'ask-whole', why: 'the server has no bytes after those that are there' };
  }
  if (EXPIRED.has(status)) return { kind: 'expired' };
  const why = `the server answered ${status}`;
  return isPassingStatus(status) ? { kind: 'later', why } : { kind: 'refused', why, cause: 'status' };
}

function planPart(headers: Headers, asked: Asked): ResponsePlan {
  if (asked.offset === 0)
    return { kind: 'later', why: 'the server answered with a part although the whole was asked' };
  const range = parseContentRange(headers.get('content-range'));
  if (range?.range === undefined)
    return { kind: 'ask-whole', why: 'the server does not say which part it sends' };
  if (isEncoded(headers)) return { kind: 'ask-whole', why: 'the server sends a part of an encoded file' };
  if (range.range.first !== asked.offset) {
    return { kind: 'ask-whole', why: `the server sends from byte ${range.range.first}, not ${asked.offset}` };
  }
  const validator = validatorOf(headers);
  if (haveChanged(asked.validator, validator)) {
    return { kind: 'ask-whole', why: 'the file has changed on the server' };
  }
  const { total } = range;
  const expected = asked.declaredBytes ?? asked.knownBytes;
  if (total !== undefined && expected !== undefined && total !== expected) {
    return { kind: 'ask-whole', why: `the file is ${total} bytes on the server, not ${expected}` };
  }
  const md5 = storedMd5(headers);
  return {
    kind: 'append',
    endIsTold: true,
    ...(total === undefined ? {} : { totalBytes: total }),
    ...(validator === undefined ? {} : { validator }),
    ...(md5 === undefined ? {} : { md5 }),
  };
}

function planWhole(headers: Headers, asked: Asked): ResponsePlan {
  const encoded = isEncoded(headers);
  const length = contentLength(headers);
  // The length of an encoded body is not the file's.
  const total = encoded ? undefined : length;
  if (total !== undefined && asked.declaredBytes !== undefined && total !== asked.declaredBytes) {
    const why = `the server offers ${total} bytes, declared are ${asked.declaredBytes}`;
    return { kind: 'refused', why, cause: 'size' };
  }
  const validator = encoded ? undefined : validatorOf(headers);
  const md5 = storedMd5(headers);
  return {
    kind: 'replace',
    endIsTold: length !== undefined || /\bchunked\b/i.test(headers.get('transfer-encoding') ?? ''),
    ...(total === undefined ? {} : { totalBytes: total }),
    ...(validator === undefined ? {} : { validator }),
    ...(md5 === undefined ? {} : { md5 }),
  };
}

/** A strong ETag, else the date; a weak ETag does not promise equal bytes. */
function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get('etag')?.trim();
  if (etag !== undefined && /^"[^"]*"$/.test(etag)) return etag;
  return headers.get('last-modified') ?? undefined;
}

/** Two marks of one kind that differ; an answer may carry the date only, or the ETag only. */
function haveChanged(before: string | undefined, now: string | undefined): boolean {
  if (before === undefined || now === undefined) return false;
  return before.startsWith('"') === now.startsWith('"') && before !== now;
}

/** The checksum of the file as it is stored, when that is also how it comes. */
function storedMd5(headers: Headers): string | undefined {
  const stored = headers.get('x-goog-stored-content-encoding') ?? 'identity';
  return stored === 'identity' && !isEncoded(headers) ? googMd5(headers.get('x-goog-hash')) : undefined;
}

function isEncoded(headers: Headers): boolean {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  return encoding !== '' && encoding !== 'identity';
}

function contentLength(headers: Headers): number | undefined {
  const text = headers.get('content-length') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
