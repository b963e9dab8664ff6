import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong with an answer. */
export interface Fault {
  /** Another answer altogether. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection ends after that many bytes, or sends no more. */
  readonly cutAfter?: number;
  readonly stallAfter?: number;
  /** One bit of the content is another one. */
  readonly flipBit?: boolean;
  /** The length that is stated is of something else, and the body ends as if nothing were wrong. */
  readonly shortBy?: number;
}

/** A file with Range, If-Range and ETag (RFC 9110), as far as the fault lets it. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  disk: string,
  { etag }: { readonly etag: string },
  fault: Fault = {},
): void {
  const content = Buffer.from(readFileSync(disk));
  if (fault.flipBit === true)
    content.writeUInt8(content.readUInt8(content.length >> 1) ^ 1, content.length >> 1);
  const { range, 'if-range': ifRange } = request.headers;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  const partial = first !== undefined && (ifRange === undefined || ifRange === etag);
  const begin = partial ? Number(first) : 0;
  const end =
    partial && last !== undefined && last !== ''
      ? Math.min(Number(last) + 1, content.length)
      : content.length;
  response.setHeader('ETag', etag);
  response.setHeader('Accept-Ranges', 'bytes');
  if (partial && begin >= content.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
    return;
  }
  if (partial) response.setHeader('Content-Range', `bytes ${begin}-${end - 1}/${content.length}`);
  const body = content.subarray(begin, end - (fault.shortBy ?? 0));
  response.writeHead(partial ? 206 : 200, { 'Content-Length': body.length });
  const { cutAfter, stallAfter } = fault;
  if (request.method === 'HEAD') response.end();
  else if (cutAfter !== undefined) response.write(body.subarray(0, cutAfter), () => response.destroy());
  else if (stallAfter !== undefined) response.write(body.subarray(0, stallAfter));
  else response.end(body);
}
