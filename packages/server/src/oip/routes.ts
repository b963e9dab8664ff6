import type { FastifyRequest } from 'fastify';
import type { Deployment, ModelSignature } from '@care/model-manager';
import { CareError } from '@care/registry-core';
import { bodyOf, jsonObject } from '../http/json-body.js';
import { badRequest } from '../http/request-refused.js';
import { pathParameter, type ApiRoute, type Schema } from '../http/route.js';
import type { ServerContext } from '../server-context.js';
import { inferRoute } from './infer-route.js';
import { modelConfiguration, modelMetadata } from './model-documents.js';
import { namedModel, unknownModel } from './named-model.js';
import { repositoryIndex } from './repository-index.js';
import { versionStatistics } from './statistics.js';

const JSON_TYPE = 'application/json';
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
    ...both('/infer', inferRoute(context)),
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
