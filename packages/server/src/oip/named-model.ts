import type { FastifyRequest } from 'fastify';
import { notFound } from '../http/request-refused.js';
import { pathParameter } from '../http/route.js';

/** What the path of a request names; it is looked up, and nothing else. */
export function namedModel(request: FastifyRequest): { readonly name: string; readonly version?: string } {
  const version = pathParameter(request, 'version');
  return { name: pathParameter(request, 'model'), ...(version === '' ? {} : { version }) };
}

export function unknownModel(): Error {
  return notFound('no such model or version is served here');
}
