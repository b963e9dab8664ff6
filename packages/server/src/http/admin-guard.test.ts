import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { AdminGuard } from './admin-guard.js';
import { errorAnswer } from './error-answer.js';

const TOKEN = 'sixteen-at-least-0123';

/** What a request with this header comes to. */
async function statusFor(guard: AdminGuard, authorization?: string): Promise<number> {
  const app = fastify();
  app.get('/', (request) => {
    guard.check(request);
    return 'done';
  });
  app.setErrorHandler((error, _request, reply) => reply.code(errorAnswer(error).status).send());
  await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    const { port } = app.server.address() as { port: number };
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    return (await fetch(`http://127.0.0.1:${port}/`, { headers })).status;
  } finally {
    await app.close();
  }
}

describe('the admin plane', () => {
  it('is off without a token, whatever is sent', async () => {
    const guard = new AdminGuard(undefined);
    expect(guard.enabled).toBe(false);
    expect(await statusFor(guard, 'Bearer undefined')).toBe(403);
    expect(await statusFor(guard)).toBe(403);
  });

  it('is for the whole token only', async () => {
    const guard = new AdminGuard(TOKEN);
    expect(await statusFor(guard, `Bearer ${TOKEN}`)).toBe(200);
    expect(await statusFor(guard, `bearer ${TOKEN}`)).toBe(200);
    for (const wrong of [
      undefined,
      TOKEN,
      'Bearer',
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN} x`,
    ])
      expect(await statusFor(guard, wrong)).toBe(401);
  });
});
