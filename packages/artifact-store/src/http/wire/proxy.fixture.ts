import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestProxy {
  readonly port: number;
  /** Of each tunnel: where to, and the credentials. */
  readonly tunnels: { readonly to: string; readonly authorization: string | undefined }[];
  /** Of each request that it passed on. */
  readonly requests: { readonly to: string; readonly authorization: string | undefined }[];
}

/** A forward proxy: tunnels (CONNECT) to this machine whatever the host is called, and plain requests by their whole address. */
export async function startProxy(refuse?: number): Promise<TestProxy> {
  const tunnels: TestProxy['tunnels'] = [];
  const requests: TestProxy['requests'] = [];
  const server = createServer((asked, answer) => {
    const { 'proxy-authorization': authorization, ...headers } = asked.headers;
    requests.push({ to: asked.url ?? '', authorization });
    const forwarded = httpRequest(asked.url ?? '', { method: asked.method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    asked.pipe(forwarded);
  });
  server.on('connect', (request, client, head) => {
    const to = request.url ?? '';
    tunnels.push({ to, authorization: request.headers['proxy-authorization'] });
    client.on('error', () => client.destroy());
    if (refuse !== undefined) {
      client.end(`HTTP/1.1 ${refuse} Refused\r\n\r\n`);
      return;
    }
    const target = connect(Number(to.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return { port: address.port, tunnels, requests };
}
