import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a request whose connection was accepted to arrive. */
const ARRIVAL_MS = 500;
const LOOK_EVERY_MS = 20;

/**
 * Ends a server without losing what it accepted: no new connections; those that are open may finish the request they have begun or
 * are about to send (answers say `Connection: close`); what is left at the deadline is cut.
 * @returns connections that were cut
 */
export async function drainConnections(server: Server, deadlineMs: number): Promise<number> {
  const deadline = performance.now() + deadlineMs;
  const left = (): number => deadline - performance.now();
  // Right after what waited to be accepted has been.
  await setImmediate();
  // Not http.Server.close(): that one cuts connections that are idle at this very moment, and a request may be on its way.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  let over = false;
  void closed.then(() => (over = true));
  await Promise.race([closed, sleep(Math.max(0, Math.min(ARRIVAL_MS, left())))]);
  while (!isOver() && left() > 0) {
    server.closeIdleConnections();
    await Promise.race([closed, sleep(LOOK_EVERY_MS)]);
  }
  if (isOver()) return 0;
  const cut = await openConnections(server);
  server.closeAllConnections();
  await closed;
  return cut;

  function isOver(): boolean {
    return over;
  }
}

function openConnections(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((_, count) => resolve(count));
  });
}
