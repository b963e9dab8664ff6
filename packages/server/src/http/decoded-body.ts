import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { RequestRefused } from './request-refused.js';

const DECODERS = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

/**
 * A body without its `Content-Encoding` (gzip or deflate). What comes out is bounded while it is unpacked.
 * @throws RequestRefused 413, 415, 400
 */
export async function decodedBody(
  body: Buffer,
  headers: IncomingHttpHeaders,
  maxBytes: number,
): Promise<Buffer> {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate') {
    throw new RequestRefused(415, 'ENCODING_UNSUPPORTED', 'the content encoding must be gzip or deflate');
  }
  try {
    return await DECODERS[encoding](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new RequestRefused(413, 'BODY_TOO_LARGE', `the unpacked body has more than ${maxBytes} bytes`);
    }
    throw new RequestRefused(400, 'REQUEST_INVALID', `the body is no intact ${encoding} stream`);
  }
}
