import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeploymentRecord } from '@care/model-manager';
import type { EventDocument, ModelDocument } from './page/documents.js';
import { DASHBOARD_HEADERS, readDashboard } from './dashboard-assets.js';

/** Serves the page and the answers that it asks for, as a test sets them: states that a real deployment passes too quickly. */
export class DashboardHost implements AsyncDisposable {
  models: ModelDocument[] = [];
  history: DeploymentRecord[] = [];
  /** Wanted for a rollback. */
  token: string | undefined;
  /** Instead of a rollback. */
  refusal:
    | { readonly status: number; readonly error: { readonly code: string; readonly message: string } }
    | undefined;
  /** Rolled back, in order. */
  readonly rolledBack: string[] = [];
  readonly asked: string[] = [];
  /** Below which it is served, as by a proxy. */
  folder = '';
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #port = 0;

  /** Again on the port that it had before. */
  async listen(): Promise<string> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${String(this.#port)}/`;
  }

  emit(event: EventDocument): void {
    for (const stream of this.#streams) stream.write(`event: deployment\ndata: ${JSON.stringify(event)}\n\n`);
  }

  get listeners(): number {
    return this.#streams.size;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = (request.url ?? '').replace(this.folder, '');
    this.asked.push(`${request.method ?? ''} ${address}`);
    const asset = (await readDashboard()).get(address);
    if (asset !== undefined) {
      response.writeHead(200, { ...DASHBOARD_HEADERS, 'content-type': asset.type }).end(asset.body);
    } else if (address === '/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
    } else if (address === '/v1/models') {
      json(response, 200, { models: this.models });
    } else if (address.endsWith('/history')) {
      json(response, 200, { history: this.history });
    } else if (address.endsWith('/rollback')) {
      this.#rollback(request, response, decodeURIComponent(address.split('/')[3] ?? ''));
    } else {
      json(response, 404, { error: `no ${address}` });
    }
  }

  #rollback(request: IncomingMessage, response: ServerResponse, modelId: string): void {
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      json(response, 401, {
        error: { code: 'UNAUTHORIZED', message: 'The token is wrong.', remedy: 'Ask.' },
      });
      return;
    }
    if (this.refusal !== undefined) {
      json(response, this.refusal.status, { error: this.refusal.error });
      return;
    }
    this.rolledBack.push(modelId);
    json(response, 200, {});
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
