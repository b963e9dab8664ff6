import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import { basicAuthorization } from '../basic-authorization.js';
import { wireError } from './wire-error.js';

interface TunnelOptions {
  readonly proxy: URL;
  readonly host: string;
  readonly port: number;
  readonly ca: readonly string[] | undefined;
}

type Done = (error: Error | null, socket?: TLSSocket) => void;

/** A TLS connection to a host through a proxy (CONNECT): the proxy sees the host's name and nothing of what is said. */
export function openTunnel({ proxy, host, port, ca }: TunnelOptions, done: Done): void {
  const { authorization } = basicAuthorization(proxy);
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send({
    host: hostOf(proxy),
    port: portOf(proxy),
    method: 'CONNECT',
    path: authority,
    agent: false,
    headers: {
      host: authority,
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
    ...(ca === undefined ? {} : { ca: [...ca] }),
  });
  request.once('error', (error) => done(error));
  request.once('response', (response) => {
    response.destroy();
    done(refused(response.statusCode));
  });
  request.once('connect', (response, socket: Socket) => {
    if (response.statusCode !== 200) {
      socket.destroy();
      done(refused(response.statusCode));
      return;
    }
    const secured = tlsConnect({
      socket,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca: [...ca] }),
    });
    secured.once('error', (error: Error) => done(error));
    secured.once('secureConnect', () => done(null, secured));
  });
  request.end();
}

function refused(status: number | undefined): Error {
  return wireError(`PROXY_${status ?? 0}`, `the proxy answered ${status ?? 'nothing'}`);
}

/** Without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
