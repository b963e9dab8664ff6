import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CareError, errorMessage, parseModelReference } from '@care/registry-core';
import type { FastifyInstance } from 'fastify';
import { EventStream } from './api/event-stream.js';
import { modelRoutes } from './api/model-routes.js';
import { operationRoutes } from './api/operation-routes.js';
import { predictRoute } from './api/predict-route.js';
import { dashboardRoutes } from './dashboard-files.js';
import { HostedModels, type HostedModel } from './hosting/hosted-models.js';
import { AdminGuard } from './http/admin-guard.js';
import { drainConnections } from './http/connection-drain.js';
import { createApp } from './http/create-app.js';
import type { ApiRoute } from './http/route.js';
import { RequestTotals } from './metrics/request-totals.js';
import { ServerMetrics } from './metrics/server-metrics.js';
import { inferenceProtocolRoutes } from './oip/routes.js';
import { openApiDocument } from './openapi/openapi-document.js';
import { packageVersion } from './package-version.js';
import type { ServerContext } from './server-context.js';
import { createServerLogger } from './server-logger.js';
import { serverLimits, type ListenOptions, type ModelServerOptions } from './server-options.js';

/** Models over HTTP. */
export interface ModelServer extends AsyncDisposable {
  /** Every model with its deployment. */
  readonly models: readonly HostedModel[];
  /** Whether every model can take requests and the server is not ending. */
  readonly ready: boolean;
  /** Every endpoint. */
  readonly routes: readonly Pick<ApiRoute, 'method' | 'url'>[];
  /**
   * Takes requests, and begins to load the models. @returns its URL
   * @throws CareError OPTIONS_INVALID when the address cannot be had
   */
  listen(options?: ListenOptions): Promise<string>;
  /** Resolves when every model has been loaded or has failed to. @throws CareError what kept the registries from listing */
  started(): Promise<void>;
  /**
   * Is not ready any more, takes no new connections, answers what it accepted, frees the models.
   * @returns connections that had no answer at the deadline and were cut
   */
  close(): Promise<number>;
}

/** Time for an answer that is on its way to say that its connection ends. */
const NOTICE_MS = 50;

/** @throws CareError OPTIONS_INVALID, REFERENCE_INVALID */
export async function createModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const { care, models: references, deployment = {}, logger = createServerLogger() } = options;
  const limits = serverLimits(options);
  const admin = new AdminGuard(options.adminToken);
  for (const reference of references ?? []) parseModelReference(reference);

  const totals = new RequestTotals();
  // What is still being loaded when the server ends must not hold it up.
  const ending = new AbortController();
  const { load = {} } = deployment;
  const signal = load.signal === undefined ? ending.signal : AbortSignal.any([load.signal, ending.signal]);
  const models: HostedModels = new HostedModels({
    care,
    logger,
    options: {
      ...deployment,
      load: { ...load, signal },
      observer: {
        event: (event) => {
          metrics.event(event);
          logger.info({ event }, `deployment of ${event.modelId}: ${event.kind}`);
          deployment.observer?.event?.(event);
        },
        request: (request) => {
          metrics.request(request);
          deployment.observer?.request?.(request);
        },
      },
    },
  });
  const metrics = new ServerMetrics(models, { nvMetrics: options.nvMetrics ?? false, totals });
  const version = packageVersion();
  const state = { closing: false };
  let starting: Promise<void> | undefined;
  let loaded = false;
  const context: ServerContext = {
    models,
    totals,
    metrics,
    admin,
    version,
    ...limits,
    get ready() {
      return loaded && !state.closing && models.ready;
    },
  };
  const events = new EventStream(models);
  const documented = [
    ...inferenceProtocolRoutes(context),
    predictRoute(context),
    ...modelRoutes(context),
    ...operationRoutes(context, events),
    ...(await dashboardRoutes()),
  ];
  const routes = [...documented, openApiRoute(documented, version)];
  const app = await createApp({ context, logger, routes, closing: () => state.closing });

  const begin = async (): Promise<void> => {
    await models.start(references);
    loaded = true;
  };
  let closed: Promise<number> | undefined;
  const end = async (): Promise<number> => {
    state.closing = true;
    ending.abort(new Error('the server ends'));
    events.end();
    if (!app.server.listening) {
      await app.close();
      await models.dispose();
      return 0;
    }
    await sleep(Math.min(NOTICE_MS, limits.drainMs));
    const cut = await drainConnections(app.server, limits.drainMs);
    if (cut > 0) logger.warn({ cut }, 'connections had no answer at the deadline');
    await app.close();
    await starting?.catch(() => undefined);
    await models.dispose();
    return cut;
  };

  const server: ModelServer = {
    get models() {
      return models.all;
    },
    get ready() {
      return context.ready;
    },
    routes,
    listen: async ({ host = '127.0.0.1', port = 8080 } = {}) => {
      const url = await listen(app, host, port);
      starting = begin();
      starting.catch((error: unknown) =>
        logger.error({ error: errorMessage(error) }, 'the models cannot be loaded'),
      );
      logger.info({ url, admin: admin.enabled }, `listening on ${url}`);
      return url;
    },
    started: async () => {
      await starting;
    },
    close: () => (closed ??= end()),
    [Symbol.asyncDispose]: async () => {
      await server.close();
    },
  };
  return server;
}

function openApiRoute(documented: readonly ApiRoute[], version: string): ApiRoute {
  const route: ApiRoute = {
    method: 'GET',
    url: '/openapi.json',
    summary: 'This document',
    tag: 'operation',
    answer: { 'application/json': { type: 'object' } },
    handle: () => document,
  };
  const document = openApiDocument([...documented, route], version);
  return route;
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new CareError('OPTIONS_INVALID', `cannot listen on ${host}:${port}: ${errorMessage(cause)}`, {
      remedy: 'Choose another address or port, or end what uses it.',
      cause,
    });
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}
