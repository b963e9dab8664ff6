import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with the next answer for a file. */
export type ContentFault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'wrong-length' | 'truncated' | 'stalls' | 'broken' | 'other-bytes' };

export interface SeenRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A server of signed files, as the storage behind the API: Range, ETag, If-Range, x-goog-hash, signatures that expire. */
export interface ContentServer {
  readonly origin: string;
  readonly requests: SeenRequest[];
  put(name: string, bytes: Uint8Array): void;
  /** Query of a signature that is good until {@link expireAll}. */
  sign(): string;
  expireAll(): void;
  fail(name: string, ...faults: readonly ContentFault[]): void;
  close(): Promise<void>;
}

export async function contentServer(host: string): Promise<ContentServer> {
  const files = new Map<string, Uint8Array>();
  const faults = new Map<string, ContentFault[]>();
  const requests: SeenRequest[] = [];
  let serial = 1;
  let oldest = 1;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', `http://${host}`);
    requests.push({ url: url.pathname + url.search, headers: request.headers });
    const name = decodeURIComponent(url.pathname.slice(1));
    const signature = Number(url.searchParams.get('X-Goog-Signature') ?? 0);
    const bytes = files.get(name);
    if (signature < oldest)
      return void response.writeHead(403).end('<Error><Code>ExpiredToken</Code></Error>');
    if (bytes === undefined) return void response.writeHead(404).end();
    const fault = faults.get(name)?.shift();
    if (fault !== undefined && 'status' in fault) {
      return void response.writeHead(fault.status, fault.headers).end('no');
    }
    send(
      request,
      response,
      fault?.kind === 'other-bytes' ? bytes.map((byte) => byte ^ 1) : bytes,
      fault?.kind,
    );
  };
  const server = await listen(answer, host);
  return {
    origin: `http://${host}:${port(server)}`,
    requests,
    put: (name, bytes) => void files.set(name, bytes),
    sign: () => `X-Goog-Signature=${serial}&Expires=600`,
    expireAll: () => {
      serial += 1;
      oldest = serial;
    },
    fail: (name, ...more) => void faults.set(name, [...(faults.get(name) ?? []), ...more]),
    close: () => closed(server),
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  fault: string | undefined,
): void {
  const etag = `"${createHash('sha1').update(bytes).digest('hex')}"`;
  const ranged = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const valid = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const from = ranged !== null && valid ? Number(ranged[1]) : 0;
  const part = bytes.subarray(from);
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    'content-length': String(part.length + (fault === 'wrong-length' ? 7 : 0)),
    'x-goog-hash': `crc32c=AAAAAA==,md5=${createHash('md5').update(bytes).digest('base64')}`,
    ...(ranged !== null && valid
      ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }
      : {}),
  };
  response.writeHead(ranged !== null && valid ? 206 : 200, headers);
  const half = part.subarray(0, Math.floor(part.length / 2));
  if (fault === 'stalls') return void response.write(half);
  if (fault === 'truncated' || fault === 'broken') {
    response.write(half, () =>
      fault === 'broken' ? response.socket?.resetAndDestroy() : response.socket?.end(),
    );
    return;
  }
  if (fault === 'wrong-length') {
    response.write(part, () => response.socket?.end());
    return;
  }
  response.end(part);
}

export function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  host: string,
): Promise<Server> {
  const server = createServer(answer);
  return new Promise((resolve) => server.listen(0, host, () => resolve(server)));
}

export function port(server: Server): number {
  const address: string | AddressInfo | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
