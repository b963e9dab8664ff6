import type { FastifyRequest } from 'fastify';
import type { Deployment } from '@care/model-manager';
import { bodyOf, jsonObject } from '../http/json-body.js';
import { badRequest, notFound } from '../http/request-refused.js';
import { pathParameter, type ApiRoute, type Schema } from '../http/route.js';
import type { ServerContext } from '../server-context.js';
import { deploymentPlan, detailOf } from './deployment-plan.js';
import { modelSummary, tellAll, tellPublicly, type TellError } from './model-status.js';

const json = (description: string): Readonly<Record<string, Schema>> => ({
  'application/json': { type: 'object', description },
});

/** What is served, and, for who has the admin token, what is to be served. */
export function modelRoutes(context: ServerContext): readonly ApiRoute[] {
  return [...readingRoutes(context), ...adminRoutes(context)];
}

function readingRoutes(context: ServerContext): ApiRoute[] {
  const teller = (request: FastifyRequest): TellError =>
    context.admin.admits(request) ? tellAll : tellPublicly;
  return [
    {
      method: 'GET',
      url: '/v1/models',
      summary: 'All models with their versions, states and figures',
      tag: 'models',
      answer: json('`models`, `admin` (whether there is an admin plane)'),
      handle: (request) => ({
        models: context.models.all.map((model) => modelSummary(model, teller(request))),
        admin: context.admin.enabled,
      }),
    },
    {
      method: 'GET',
      url: '/v1/models/:id',
      summary: 'One model',
      tag: 'models',
      answer: json('as in `/v1/models`'),
      handle: (request) => {
        const model = context.models.find(pathParameter(request, 'id'));
        if (model === undefined) throw notFound('no such model is served here');
        return modelSummary(model, teller(request));
      },
    },
    {
      method: 'GET',
      url: '/v1/models/:id/history',
      summary: 'What was live when and why, oldest first',
      tag: 'models',
      answer: json('`history`'),
      handle: (request) => ({ history: deploymentOf(context, request).history }),
    },
  ];
}

function adminRoutes(context: ServerContext): ApiRoute[] {
  return [
    {
      method: 'POST',
      url: '/v1/models/:id/deploy',
      summary: 'Make versions live: they are loaded beside what serves, then it is switched',
      tag: 'admin',
      admin: true,
      body: {
        required: true,
        content: json('`traffic` (weight by version), `shadow`, `sticky_by`, `guard`, `detail`'),
      },
      answer: json('the record of the history'),
      handle: async (request) => {
        const deployment = deploymentOf(context, request);
        return await deployment.deploy(deploymentPlan(deployment.modelId, jsonObject(bodyOf(request))));
      },
    },
    {
      method: 'POST',
      url: '/v1/models/:id/rollback',
      summary: 'Back to what was live before',
      tag: 'admin',
      admin: true,
      body: { content: json('`detail`: why, for the history') },
      answer: json('the record of the history'),
      handle: async (request) => {
        const detail = detailOf(jsonObject(bodyOf(request)).detail);
        return await deploymentOf(context, request).rollback(detail ?? 'asked over HTTP');
      },
    },
    {
      method: 'POST',
      url: '/v1/models/:id/load',
      summary: 'Load a version without traffic; without `version`, serve the model',
      tag: 'admin',
      admin: true,
      body: { content: json('`version`') },
      answer: json('the model'),
      handle: async (request) => {
        const id = pathParameter(request, 'id');
        const version = versionOf(request);
        if (version === undefined) await context.models.load(id);
        else await context.models.deployment(id).load(version);
        return summaryOf(context, id);
      },
    },
    {
      method: 'POST',
      url: '/v1/models/:id/unload',
      summary: 'End a version that has no traffic; without `version`, cease to serve the model',
      tag: 'admin',
      admin: true,
      body: { content: json('`version`') },
      answer: json('the model'),
      handle: async (request) => {
        const id = pathParameter(request, 'id');
        const version = versionOf(request);
        if (version === undefined) await context.models.unload(id);
        else await context.models.deployment(id).unload(version);
        return summaryOf(context, id);
      },
    },
    {
      method: 'POST',
      url: '/v1/models/:id/reload',
      summary: 'Look at the registry again, as after a change',
      tag: 'admin',
      admin: true,
      answer: json('the model'),
      handle: async (request) => {
        await deploymentOf(context, request).reload();
        return summaryOf(context, pathParameter(request, 'id'));
      },
    },
  ];
}

function deploymentOf(context: ServerContext, request: FastifyRequest): Deployment {
  return context.models.deployment(pathParameter(request, 'id'));
}

function summaryOf(context: ServerContext, id: string): object {
  const model = context.models.find(id);
  if (model === undefined) throw notFound('no such model is served here');
  return modelSummary(model, tellAll);
}

function versionOf(request: FastifyRequest): string | undefined {
  const { version } = jsonObject(bodyOf(request));
  if (version === undefined || typeof version === 'string') return version;
  throw badRequest('version: must be a text');
}
