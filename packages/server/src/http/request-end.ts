import type { FastifyReply } from 'fastify';

/** Aborted when the client goes away before it has its answer: what waits for a worker is then taken out of the queue. */
export function requestEnd(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client has gone away'));
  });
  return controller.signal;
}
