import { Agent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { openTunnel } from './tunnel.js';
import { wireError } from './wire-error.js';

/** Keeps TLS connections to hosts that are reached through a proxy. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #ca: readonly string[] | undefined;

  constructor(proxy: URL, ca: readonly string[] | undefined) {
    super({ keepAlive: true });
    this.#proxy = proxy;
    this.#ca = ca;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const tunnel = {
      proxy: this.#proxy,
      host: options.host ?? '',
      port: Number(options.port ?? 443),
      ca: this.#ca,
    };
    let called = false;
    openTunnel(tunnel, (error, socket) => {
      // A connection that breaks later is told by the socket itself.
      if (called) return;
      called = true;
      // Node takes the error without a stream, which its types do not say.
      if (socket === undefined)
        Reflect.apply(callback ?? (() => undefined), undefined, [error ?? wireError('PROXY_0', 'no tunnel')]);
      else callback?.(null, socket);
    });
    return undefined;
  }
}
