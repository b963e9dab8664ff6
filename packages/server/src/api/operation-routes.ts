import type { ApiRoute } from '../http/route.js';
import type { ServerContext } from '../server-context.js';
import type { EventStream } from './event-stream.js';

export function operationRoutes(context: ServerContext, events: EventStream): readonly ApiRoute[] {
  return [
    {
      method: 'GET',
      url: '/v1/events',
      summary: 'Changes of the deployments as they happen (server-sent events of the kind `deployment`)',
      tag: 'operation',
      answer: { 'text/event-stream': { type: 'string' } },
      handle: (request, reply) => {
        events.add(reply.raw, { 'x-request-id': request.id });
        void reply.hijack();
        return undefined;
      },
    },
    {
      method: 'GET',
      url: '/metrics',
      summary: 'Figures for Prometheus',
      tag: 'operation',
      answer: { 'text/plain': { type: 'string' } },
      handle: async (_, reply) => {
        void reply.header('content-type', context.metrics.contentType);
        return await context.metrics.scrape();
      },
    },
  ];
}
