import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly authorization: string | undefined;
}

/** A static file server over real HTTP: strong ETags, conditional requests, HEAD, ranges (RFC 9110), and faults on demand. */
export interface ModelServer {
  readonly index: string;
  readonly seen: SeenRequest[];
  readonly put: (path: string, content: string | Uint8Array | object) => void;
  readonly remove: (path: string) => void;
  /** Requests without this bearer token are refused. */
  token: string | undefined;
  /** Every answer has this status. */
  status: number | undefined;
  readonly close: () => Promise<void>;
}

export async function modelServer(): Promise<ModelServer> {
  const files = new Map<string, Buffer>();
  const seen: SeenRequest[] = [];
  const state: { token: string | undefined; status: number | undefined } = {
    token: undefined,
    status: undefined,
  };
  const server = createServer((request, response) => {
    answer(request, response, files, state);
    const { method = '', url = '', headers } = request;
    seen.push({ method, path: url, status: response.statusCode, authorization: headers.authorization });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    index: `http://127.0.0.1:${port}/models/index.json`,
    seen,
    put: (path, content) => {
      const bytes =
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
      files.set(`/models/${path}`, Buffer.from(bytes));
    },
    remove: (path) => void files.delete(`/models/${path}`),
    get token() {
      return state.token;
    },
    set token(token) {
      state.token = token;
    },
    get status() {
      return state.status;
    },
    set status(status) {
      state.status = status;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, Buffer>,
  { token, status }: { readonly token: string | undefined; readonly status: number | undefined },
): void {
  const { pathname } = new URL(request.url ?? '', 'http://server');
  const file = files.get(decodeURIComponent(pathname));
  if (status !== undefined) response.writeHead(status).end();
  else if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
    response.writeHead(401).end();
  else if (file === undefined) response.writeHead(404).end();
  else sendFile(request, response, file);
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: Buffer): void {
  const etag = `"${createHash('sha1').update(file).digest('hex')}"`;
  const { range, 'if-none-match': none, 'if-range': condition } = request.headers;
  if (none === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const partial = from > 0 && (condition === undefined || condition === etag);
  const body = partial ? file.subarray(from) : file;
  response.writeHead(partial ? 206 : 200, {
    etag,
    'accept-ranges': 'bytes',
    'content-length': body.length,
    ...(partial ? { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
