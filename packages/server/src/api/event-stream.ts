import type { ServerResponse } from 'node:http';
import type { DeploymentEvent } from '@care/model-manager';
import type { HostedModels } from '../hosting/hosted-models.js';
import { RequestRefused } from '../http/request-refused.js';
import { eventDocument, tellPublicly } from './model-status.js';

const MAX_CLIENTS = 64;
/** Bytes that a client may lag behind. */
const MAX_LAG = 1024 * 1024;
const HEARTBEAT_MS = 15_000;

/** The events of all deployments for clients that listen (server-sent events). */
export class EventStream {
  readonly #clients = new Set<ServerResponse>();
  readonly #unsubscribe: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #lastId = 0;

  constructor(models: HostedModels) {
    this.#unsubscribe = models.subscribe((event) => this.#tell(event));
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS).unref();
  }

  /** @throws RequestRefused 503 when there are too many */
  add(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      throw new RequestRefused(503, 'OVERLOADED', `there are ${MAX_CLIENTS} clients that listen already`);
    }
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 2000\n\n');
    this.#clients.add(response);
    response.on('close', () => this.#clients.delete(response));
  }

  /** Ends all streams: a client that waits for events must not keep the server from ending. */
  end(): void {
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    for (const client of this.#clients) client.end();
  }

  #tell(event: DeploymentEvent): void {
    this.#lastId++;
    const data = JSON.stringify(eventDocument(event, tellPublicly));
    this.#write(`id: ${this.#lastId}\nevent: deployment\ndata: ${data}\n\n`);
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      if (client.writableLength > MAX_LAG) client.destroy();
      else client.write(text);
    }
  }
}
