import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import multipart from '@fastify/multipart';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Logger } from 'pino';
import type { ServerContext } from '../server-context.js';
import { errorAnswer } from './error-answer.js';
import { notFound } from './request-refused.js';
import type { ApiRoute } from './route.js';

/** Milliseconds for a request to arrive whole. */
const ARRIVAL_MS = 120_000;
const MAX_PARAMETER = 512;

export interface AppParts {
  readonly context: ServerContext;
  readonly logger: Logger;
  readonly routes: readonly ApiRoute[];
  /** Answers then ask clients to end their connections. */
  readonly closing: () => boolean;
}

/** The HTTP side of a server: ids, limits, the admin plane, errors, and the routes. */
export async function createApp({ context, logger, routes, closing }: AppParts): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = logger;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: context.maxBodyBytes,
    requestTimeout: ARRIVAL_MS,
    // What still arrives while it ends is answered.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: requestId,
    routerOptions: { maxParamLength: MAX_PARAMETER },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  await app.register(multipart);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((_request, reply) =>
    answerError(notFound('there is no such endpoint'), _request, reply),
  );
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    request.log.debug({ method: request.method, url: request.url }, 'received');
    if (closing()) void reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    context.metrics.answered(request.method, request.routeOptions.url ?? 'none', reply.statusCode);
    request.log.debug(
      { method: request.method, url: request.url, status: reply.statusCode, ms: reply.elapsedTime },
      'answered',
    );
    done();
  });
  for (const route of routes) addRoute(app, route, context);
  return app;
}

function addRoute(app: FastifyInstance, route: ApiRoute, context: ServerContext): void {
  app.route({
    method: route.method,
    url: route.url,
    onRequest: (request, _reply, done) => {
      if (route.admin === true) context.admin.check(request);
      done();
    },
    handler: async (request, reply) => {
      const answer: unknown = await route.handle(request, reply);
      return reply.sent ? reply : answer;
    },
  });
}

/** A client's own id when it is harmless, so that its log and ours can be joined. */
function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, message, retryAfter } = errorAnswer(error);
  const level = status >= 500 && status !== 503 ? 'error' : status === 503 ? 'warn' : 'info';
  request.log[level](
    { err: error, method: request.method, url: request.url, status, code },
    'a request failed',
  );
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  const body = request.url.startsWith('/v2')
    ? { error: message }
    : { error: { code, message }, request_id: request.id };
  return reply.code(status).send(body);
}
