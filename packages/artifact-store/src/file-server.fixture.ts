import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** How the server misbehaves, or simply behaves, for one request. */
export interface Behaviour {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that are left out. */
  readonly without?: readonly string[];
  /** In place of the file. */
  readonly body?: Uint8Array | string;
  /** As a server that does not know of ranges. */
  readonly ignoreRange?: boolean;
  /** The connection is reset after so many bytes of the body. */
  readonly cutAfter?: number;
  /** No byte more after so many bytes of the body, the connection stays. */
  readonly stallAfter?: number;
  /** The connection is reset before any answer. */
  readonly reset?: boolean;
  /** Nothing is ever answered. */
  readonly silent?: boolean;
  /** Neither length nor chunks: the end of the connection is the end of the body. */
  readonly untilClose?: boolean;
  readonly bytesPerSecond?: number;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FileServer {
  readonly origin: string;
  /** As it was asked, in order. */
  readonly seen: SeenRequest[];
  /** Bytes of bodies that were written. */
  sentBytes(): number;
  /** Files by path; the ETag follows from the content. */
  readonly files: Map<string, Uint8Array>;
  /** Asked for each request; `nth` counts the requests of its path from 1. */
  behave: (request: SeenRequest, nth: number) => Behaviour | undefined;
  url(path: string): string;
  close(): Promise<void>;
}

export function etagOf(content: Uint8Array): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A real HTTP server of files with ranges and ETags, and with every fault that a test asks for. Closed when the test ends. */
export async function startFileServer(
  files: Readonly<Record<string, Uint8Array>> = {},
  tls?: { readonly key: string; readonly cert: string },
): Promise<FileServer> {
  let sent = 0;
  const seen: SeenRequest[] = [];
  const counts = new Map<string, number>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    const { method = 'GET', headers } = request;
    const one = { method, path, headers };
    seen.push(one);
    const nth = (counts.get(path) ?? 0) + 1;
    counts.set(path, nth);
    request.resume();
    const behaviour = fixture.behave(one, nth) ?? {};
    const file = fixture.files.get(path.split('?')[0] ?? '/');
    void answer(one, response, file, behaviour, (bytes) => (sent += bytes));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `${tls === undefined ? 'http' : 'https'}://localhost:${portOf(server)}`;
  const fixture: FileServer = {
    origin,
    seen,
    sentBytes: () => sent,
    files: new Map(Object.entries(files)),
    behave: () => undefined,
    url: (path) => `${origin}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  onTestFinished(() => fixture.close());
  return fixture;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function answer(
  request: SeenRequest,
  response: ServerResponse,
  file: Uint8Array | undefined,
  behaviour: Behaviour,
  count: (bytes: number) => void,
): Promise<void> {
  if (behaviour.silent === true) return;
  if (behaviour.reset === true) {
    response.socket?.resetAndDestroy();
    return;
  }
  const given = typeof behaviour.body === 'string' ? Buffer.from(behaviour.body) : behaviour.body;
  const content = given ?? (behaviour.status === undefined ? file : new Uint8Array());
  if (content === undefined) {
    response.writeHead(404).end();
    return;
  }
  const part = rangeOf(request, content, behaviour);
  const headers = new Map(Object.entries(part.headers));
  if (behaviour.status === undefined || behaviour.body !== undefined) headers.set('etag', etagOf(content));
  for (const [name, value] of Object.entries(behaviour.headers ?? {})) headers.set(name, value);
  for (const name of behaviour.without ?? []) headers.delete(name);
  if (behaviour.untilClose === true) {
    headers.delete('content-length');
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
  }
  // Node would refuse to write a wrong length; it is the point of some tests.
  response.strictContentLength = false;
  response.writeHead(behaviour.status ?? part.status, Object.fromEntries(headers));
  response.flushHeaders();
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const end = behaviour.cutAfter ?? behaviour.stallAfter ?? part.body.length;
  await write(response, part.body.subarray(0, end), behaviour.bytesPerSecond, count);
  if (behaviour.stallAfter !== undefined) return;
  if (behaviour.cutAfter === undefined) response.end();
  // What was written has to leave before the reset, which throws away what has not.
  else setTimeout(() => response.socket?.destroy(), 30);
}

function rangeOf(
  request: SeenRequest,
  content: Uint8Array,
  behaviour: Behaviour,
): { status: number; headers: Record<string, string>; body: Uint8Array } {
  const whole = { status: 200, headers: { 'content-length': String(content.length) }, body: content };
  const first = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  if (first === undefined || behaviour.ignoreRange === true) return whole;
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== etagOf(content)) return whole;
  if (Number(first) >= content.length) {
    return { status: 416, headers: { 'content-range': `bytes */${content.length}` }, body: new Uint8Array() };
  }
  const body = content.subarray(Number(first));
  return {
    status: 206,
    headers: {
      'content-length': String(body.length),
      'content-range': `bytes ${first}-${content.length - 1}/${content.length}`,
    },
    body,
  };
}

async function write(
  response: ServerResponse,
  bytes: Uint8Array,
  bytesPerSecond: number | undefined,
  count: (bytes: number) => void,
): Promise<void> {
  const chunk = bytesPerSecond === undefined ? 256 * 1024 : Math.max(1, Math.floor(bytesPerSecond / 100));
  for (let at = 0; at < bytes.length && !response.destroyed; at += chunk) {
    const piece = bytes.subarray(at, at + chunk);
    response.write(piece);
    count(piece.length);
    if (bytesPerSecond !== undefined) await sleep(10);
  }
}
