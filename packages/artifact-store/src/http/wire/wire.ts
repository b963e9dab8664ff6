import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Environment } from '../../environment.js';
import { basicAuthorization } from '../basic-authorization.js';
import { certificateAuthorities } from './certificate-authorities.js';
import { proxyFor } from './proxy-choice.js';
import { TunnelAgent } from './tunnel-agent.js';
import { hostOf, portOf } from './tunnel.js';
import { wireError } from './wire-error.js';

export interface WireRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
}

interface Timeouts {
  readonly connectTimeoutMs: number;
  readonly stallTimeoutMs: number;
}

/**
 * Connections as the environment wants them: by its proxies, trusting its certificate authorities. Upon Node's own http and https:
 * undici 7 ends the process (an assertion in a socket's event) when a server closes a connection whose body is not read to its
 * end yet, and undici 8 does not run on Node 20.
 */
export class Wire {
  readonly #env: Environment;
  readonly #timeouts: Timeouts;
  readonly #plain = new HttpAgent({ keepAlive: true });
  readonly #tunnels = new Map<string, TunnelAgent>();
  #secure: HttpsAgent | undefined;
  #authorities: { readonly ca: string[] | undefined } | undefined;

  constructor(env: Environment, timeouts: Timeouts) {
    this.#env = env;
    this.#timeouts = timeouts;
  }

  /** Resolves when the head of the answer is there; redirects and encodings are left as they are. */
  send(request: WireRequest): Promise<IncomingMessage> {
    const sent = this.#start(request);
    return new Promise((resolve, reject) => {
      // Also after the answer began: an error that nobody hears would end the process.
      sent.on('error', reject);
      this.#guardHead(sent);
      sent.once('response', resolve);
      sent.end(request.body);
    });
  }

  close(): void {
    for (const agent of [this.#plain, this.#secure, ...this.#tunnels.values()]) agent?.destroy();
  }

  #start(request: WireRequest): ClientRequest {
    const { url, method, signal } = request;
    const proxy = proxyFor(url, this.#env);
    const headers: Record<string, string> = Object.fromEntries(request.headers);
    const options: RequestOptions = {
      method,
      headers,
      host: hostOf(url),
      port: portOf(url),
      path: url.pathname + url.search,
      ...(signal === undefined ? {} : { signal }),
    };
    if (url.protocol === 'https:') {
      return httpsRequest({
        ...options,
        agent: proxy === undefined ? this.#secureAgent() : this.#tunnelAgent(proxy),
      });
    }
    if (proxy === undefined) return httpRequest({ ...options, agent: this.#plain });
    // What is not encrypted is asked of the proxy itself, by its whole address (RFC 9112, 3.2.2).
    const { authorization } = basicAuthorization(proxy);
    const forwarded = {
      ...options,
      host: hostOf(proxy),
      port: portOf(proxy),
      path: url.origin + url.pathname + url.search,
      headers: {
        ...headers,
        host: url.host,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
    };
    return proxy.protocol === 'https:'
      ? httpsRequest({ ...forwarded, agent: this.#secureAgent() })
      : httpRequest({ ...forwarded, agent: this.#plain });
  }

  /** Ends a request that gets no connection, or no head of an answer, in time. */
  #guardHead(request: ClientRequest): void {
    const { connectTimeoutMs, stallTimeoutMs } = this.#timeouts;
    const end = (code: string, what: string, ms: number) => () => {
      request.destroy(wireError(code, `${what} within ${ms} ms`));
    };
    let timer = setTimeout(end('CONNECT_TIMEOUT', 'no connection', connectTimeoutMs), connectTimeoutMs);
    const connected = (): void => {
      clearTimeout(timer);
      timer = setTimeout(end('HEAD_TIMEOUT', 'no answer', stallTimeoutMs), stallTimeoutMs);
    };
    request.once('socket', (socket) => {
      if (!socket.connecting) connected();
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
    });
    for (const event of ['response', 'error', 'close']) request.once(event, () => clearTimeout(timer));
  }

  get #ca(): string[] | undefined {
    this.#authorities ??= { ca: certificateAuthorities(this.#env) };
    return this.#authorities.ca;
  }

  #secureAgent(): HttpsAgent {
    this.#secure ??= new HttpsAgent({ keepAlive: true, ...(this.#ca === undefined ? {} : { ca: this.#ca }) });
    return this.#secure;
  }

  #tunnelAgent(proxy: URL): TunnelAgent {
    const known = this.#tunnels.get(proxy.href);
    if (known !== undefined) return known;
    const agent = new TunnelAgent(proxy, this.#ca);
    this.#tunnels.set(proxy.href, agent);
    return agent;
  }
}
