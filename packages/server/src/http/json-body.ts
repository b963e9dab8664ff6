import type { FastifyRequest } from 'fastify';
import { badRequest } from './request-refused.js';

/** The bytes of a body; none when there was no body. */
export function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** A body as an object of JSON; an empty body is an empty object. @throws RequestRefused 400 */
export function jsonObject(body: Buffer): Partial<Record<string, unknown>> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('the body is no valid JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw badRequest('the body must be a JSON object');
}
