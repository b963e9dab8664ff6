import type { FastifyRequest } from 'fastify';
import type { Deployment, ModelSignature } from '@care/model-manager';
import { CareError } from '@care/registry-core';
import { decodedBody } from '../http/decoded-body.js';
import { encodedAnswer } from '../http/encoded-answer.js';
import { bodyOf, jsonObject } from '../http/json-body.js';
import { requestEnd } from '../http/request-end.js';
import { badRequest, notFound } from '../http/request-refused.js';
import { pathParameter, type ApiRoute, type Schema } from '../http/route.js';
import type { ServerContext } from '../server-context.js';
import { readInferRequest, readRawInferRequest, type InferRequest } from './infer-request.js';
import { writeInferResponse } from './infer-response.js';
import { modelConfiguration, modelMetadata } from './model-documents.js';
import { repositoryIndex } from './repository-index.js';
import { versionStatistics } from './statistics.js';

const JSON_TYPE = 'application/json';
const BINARY_TYPE = 'application/octet-stream';
const HEADER_LENGTH = 'inference-header-content-length';
const object = (description: string): Schema => ({ type: 'object', description });
const json = (description: string): Readonly<Record<string, Schema>> => ({
  [JSON_TYPE]: object(description),
});

/** The Open Inference Protocol, version 2, over REST. Source: https://github.com/kserve/open-inference-protocol */
export function inferenceProtocolRoutes(context: ServerContext): readonly ApiRoute[] {
  return [...serverRoutes(context), ...modelRoutes(context), ...repositoryRoutes(context)];
}

function serverRoutes(context: ServerContext): ApiRoute[] {
  return [
    {
      method: 'GET',
      url: '/v2/health/live',
      summary: 'Whether the server lives',
      tag: 'operation',
      answer: json('`live`'),
      handle: () => ({ live: true }),
    },
    {
      method: 'GET',
      url: '/v2/health/ready',
      summary: 'Whether every model can take requests; 503 when not, and while the server ends',
      tag: 'operation',
      answer: json('`ready`'),
      handle: (_, reply) => {
        const ready = context.ready;
        void reply.code(ready ? 200 : 503);
        return { ready };
      },
    },
    {
      method: 'GET',
      url: '/v2',
      summary: 'What the server is and which extensions it has',
      tag: 'operation',
      answer: json('`name`, `version`, `extensions`'),
      handle: () => ({
        name: 'care',
        version: context.version,
        extensions: ['binary_tensor_data', 'model_repository', 'statistics', 'model_configuration'],
      }),
    },
    {
      method: 'GET',
      url: '/v2/models/stats',
      summary: 'Statistics of all models',
      tag: 'operation',
      answer: json('`model_stats`'),
      handle: () => ({ model_stats: context.totals.all.map(versionStatistics) }),
    },
  ];
}

/** Each with and without the version in its path. */
function modelRoutes(context: ServerContext): ApiRoute[] {
  const both = (path: string, route: Omit<ApiRoute, 'url'>): ApiRoute[] => [
    { ...route, url: `/v2/models/:model${path}` },
    { ...route, url: `/v2/models/:model/versions/:version${path}` },
  ];
  return [
    ...both('', {
      method: 'GET',
      summary: 'What a model takes and gives',
      tag: 'models',
      answer: json('`name`, `versions`, `platform`, `inputs`, `outputs`'),
      handle: (request) => {
        const { deployment, signature } = describedModel(context, request);
        return modelMetadata(deployment, signature);
      },
    }),
    ...both('/config', {
      method: 'GET',
      summary: 'The configuration of a model, as far as clients need it',
      tag: 'models',
      answer: json('`max_batch_size`, `input`, `output`'),
      handle: (request) => {
        const { deployment, signature } = describedModel(context, request);
        return modelConfiguration(deployment, signature);
      },
    }),
    ...both('/ready', {
      method: 'GET',
      summary: 'Whether a model can take requests; 503 when not',
      tag: 'models',
      answer: json('`name`, `ready`'),
      handle: (request, reply) => {
        const { name, version } = namedModel(request);
        const model = context.models.find(name);
        if (model === undefined) throw unknownModel();
        const { deployment } = model;
        const ready =
          version === undefined ? deployment?.ready : deployment?.signature(version) !== undefined;
        void reply.code(ready === true ? 200 : 503);
        return { name, ready: ready === true };
      },
    }),
    ...both('/stats', {
      method: 'GET',
      summary: 'Statistics of a model',
      tag: 'models',
      answer: json('`model_stats`'),
      handle: (request) => {
        const { name, version } = namedModel(request);
        if (context.models.find(name) === undefined) throw unknownModel();
        const totals = context.totals.all.filter(
          (one) => one.model === name && (version === undefined || one.version === version),
        );
        return { model_stats: totals.map(versionStatistics) };
      },
    }),
    ...both('/infer', {
      method: 'POST',
      summary: 'Run a model on tensors',
      description:
        'JSON, or JSON followed by binary tensors (`Inference-Header-Content-Length` is the length of the JSON). FP16 and what is not finite ' +
        'has no form in JSON. The body may be packed with gzip or deflate, and so is the answer when it is asked for.',
      tag: 'inference',
      parameters: [
        {
          name: 'Inference-Header-Content-Length',
          in: 'header',
          description: 'Bytes of JSON before the binary data; 0: the body is the data of the one input',
          schema: { type: 'integer', minimum: 0 },
        },
      ],
      body: {
        required: true,
        content: {
          [JSON_TYPE]: object('`id`, `parameters`, `inputs`, `outputs`'),
          [BINARY_TYPE]: { type: 'string', format: 'binary' },
        },
      },
      answer: {
        [JSON_TYPE]: object('`model_name`, `model_version`, `id`, `parameters`, `outputs`'),
        [BINARY_TYPE]: { type: 'string', format: 'binary' },
      },
      handle: async (request, reply) => {
        const { name, version } = namedModel(request);
        const deployment = context.models.deployment(name);
        const body = await decodedBody(bodyOf(request), request.headers, context.maxBodyBytes);
        const wanted = readBody(body, headerLength(request), deployment, version);
        const { outputs, model } = await deployment.infer(wanted.inputs, {
          signal: requestEnd(reply),
          timeoutMs: context.requestTimeoutMs,
          transfer: true,
          ...(version === undefined ? {} : { version }),
        });
        const answer = writeInferResponse(wanted, outputs, model);
        const packed = await encodedAnswer(answer.body, request.headers['accept-encoding']);
        if (packed.encoding !== undefined) void reply.header('content-encoding', packed.encoding);
        if (answer.headerLength !== undefined) void reply.header(HEADER_LENGTH, answer.headerLength);
        void reply.header('content-type', answer.headerLength === undefined ? JSON_TYPE : BINARY_TYPE);
        return packed.body;
      },
    }),
  ];
}

function repositoryRoutes(context: ServerContext): ApiRoute[] {
  return [
    {
      method: 'POST',
      url: '/v2/repository/index',
      summary: 'All models with the state of their versions',
      tag: 'models',
      body: { content: { [JSON_TYPE]: object('`ready`: only those that can take requests') } },
      answer: { [JSON_TYPE]: { type: 'array', items: object('`name`, `version`, `state`, `reason`') } },
      handle: (request) => {
        const { ready } = jsonObject(bodyOf(request));
        const rows = repositoryIndex(context.models.all);
        return ready === true ? rows.filter(({ state }) => state === 'READY') : rows;
      },
    },
    {
      method: 'POST',
      url: '/v2/repository/models/:model/load',
      summary: 'Serve a model that a registry lists, or look at it again',
      tag: 'admin',
      admin: true,
      body: { content: { [JSON_TYPE]: object('`parameters`: none are supported') } },
      handle: async (request) => {
        const { parameters } = jsonObject(bodyOf(request));
        if (typeof parameters === 'object' && parameters !== null && Object.keys(parameters).length > 0) {
          throw badRequest('models are loaded as the registries have them: parameters are not supported');
        }
        await context.models.load(pathParameter(request, 'model'));
        return '';
      },
    },
    {
      method: 'POST',
      url: '/v2/repository/models/:model/unload',
      summary: 'Cease to serve a model',
      tag: 'admin',
      admin: true,
      body: { content: { [JSON_TYPE]: object('`parameters`: not read') } },
      handle: async (request) => {
        await context.models.unload(pathParameter(request, 'model'));
        return '';
      },
    },
  ];
}

function readBody(
  body: Buffer,
  length: number | undefined,
  deployment: Deployment,
  version: string | undefined,
): InferRequest {
  if (length !== 0) return readInferRequest(body, length);
  const signature = deployment.signature(version);
  if (signature === undefined) throw unknownModel();
  return readRawInferRequest(body, signature.inputs);
}

function headerLength(request: FastifyRequest): number | undefined {
  const value = request.headers[HEADER_LENGTH];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw badRequest('Inference-Header-Content-Length must be a whole number of bytes');
}

function namedModel(request: FastifyRequest): { readonly name: string; readonly version?: string } {
  const version = pathParameter(request, 'version');
  return { name: pathParameter(request, 'model'), ...(version === '' ? {} : { version }) };
}

function describedModel(
  context: ServerContext,
  request: FastifyRequest,
): { readonly deployment: Deployment; readonly signature: ModelSignature } {
  const { name, version } = namedModel(request);
  const deployment = context.models.deployment(name);
  const signature = deployment.signature(version);
  if (signature !== undefined) return { deployment, signature };
  if (version !== undefined) throw unknownModel();
  throw new CareError('OVERLOADED', 'no version of the model is ready');
}

function unknownModel(): Error {
  return notFound('no such model or version is served here');
}
