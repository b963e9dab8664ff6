import type { FastifyReply, FastifyRequest } from 'fastify';

/** A JSON Schema or a part of an OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>;

export interface RouteParameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly description: string;
  readonly schema: Schema;
}

export interface RouteBody {
  readonly description?: string;
  readonly required?: boolean;
  /** Schema by content type. */
  readonly content: Readonly<Record<string, Schema>>;
}

/** An endpoint with all that the OpenAPI document says of it: one table makes both, so that they cannot disagree. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  /** `/v2/models/:model`: parameters by colon, each one part of the path. */
  readonly url: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'inference' | 'models' | 'admin' | 'operation';
  readonly parameters?: readonly RouteParameter[];
  readonly body?: RouteBody;
  /** Schema of the answer by content type; no body when absent. */
  readonly answer?: Readonly<Record<string, Schema>>;
  /** Needs the admin token. */
  readonly admin?: boolean;
  /** What is returned is the answer: an object as JSON, text and bytes as they are with the content type of the reply. */
  handle(request: FastifyRequest, reply: FastifyReply): unknown;
}

/** A parameter of the path, decoded. */
export function pathParameter(request: FastifyRequest, name: string): string {
  return textOf(request.params, name) ?? '';
}

/** A parameter of the query that was given once. */
export function queryParameter(request: FastifyRequest, name: string): string | undefined {
  return textOf(request.query, name);
}

function textOf(values: unknown, name: string): string | undefined {
  if (typeof values !== 'object' || values === null) return undefined;
  const value: unknown = Object.entries(values).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
