import type { ApiRoute, Schema } from '../http/route.js';

const ERRORS: Readonly<Record<string, string>> = {
  '400': 'The request is not valid',
  '404': 'No such model or version',
  '413': 'The body or the picture is too large',
  '415': 'The content type or encoding is not taken',
  '422': 'The picture cannot be decoded, or the model not be loaded',
  '500': 'The model or the server failed',
  '503': 'Overloaded or not ready; `Retry-After` tells when to try again',
  '504': 'Not answered in time',
};
const ADMIN_ERRORS: Readonly<Record<string, string>> = {
  '401': 'The admin token is missing or wrong',
  '403': 'The admin plane is off',
  '409': 'The deployment does not allow it',
};

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly ApiRoute[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = openApiPath(route.url);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'CARE model server', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    tags: ['inference', 'models', 'admin', 'operation'].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { admin: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchema() },
    },
  };
}

/** `/a/:b` as `/a/{b}`. */
export function openApiPath(url: string): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}

function operation(route: ApiRoute): object {
  const { summary, description, tag, body, answer, admin = false, parameters = [] } = route;
  const names = [...route.url.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const errors = { ...ERRORS, ...(admin ? ADMIN_ERRORS : {}) };
  const failure = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return {
    operationId: operationId(route),
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...(admin ? { security: [{ admin: [] }] } : {}),
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...parameters,
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.required ?? false, content: mediaTypes(body.content) } }),
    responses: {
      '200': { description: 'Done', ...(answer === undefined ? {} : { content: mediaTypes(answer) }) },
      ...Object.fromEntries(
        Object.entries(errors).map(([status, text]) => [status, { description: text, content: failure }]),
      ),
    },
  };
}

function operationId({ method, url }: ApiRoute): string {
  const words = url.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return [method.toLowerCase(), ...words].join('_');
}

function mediaTypes(content: Readonly<Record<string, Schema>>): object {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }]));
}

/** `/v2` tells a text, all else an object. */
function errorSchema(): object {
  const detail = {
    type: 'object',
    properties: { code: { type: 'string' }, message: { type: 'string' } },
    required: ['code', 'message'],
  };
  return {
    type: 'object',
    properties: { error: { oneOf: [{ type: 'string' }, detail] }, request_id: { type: 'string' } },
    required: ['error'],
  };
}
