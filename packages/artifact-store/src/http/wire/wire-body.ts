import type { IncomingMessage } from 'node:http';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { wireError } from './wire-error.js';

/** The body with its content encodings undone. Ends with an error when it stalls, breaks off or cannot be decoded. */
export async function* readBody(
  message: IncomingMessage,
  stallTimeoutMs: number,
): AsyncGenerator<Uint8Array> {
  const encodings = (message.headers['content-encoding'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  let source: AsyncIterable<Uint8Array> = guarded(message, stallTimeoutMs);
  // The last one named was put on last.
  for (const encoding of encodings.toReversed()) source = decoded(source, decoder(encoding));
  yield* source;
}

async function* guarded(message: IncomingMessage, stallTimeoutMs: number): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Only the wait for the server counts, not what the reader does meanwhile.
      const timer = setTimeout(() => {
        message.destroy(wireError('BODY_TIMEOUT', `no byte for ${stallTimeoutMs} ms`));
      }, stallTimeoutMs);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!message.readableEnded) message.destroy();
  }
}

function decoded(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Uint8Array> {
  // Errors of the source arrive at whoever reads the end of the pipeline.
  return pipeline(Readable.from(source), transform, () => undefined);
}

function decoder(encoding: string): Transform {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  if (encoding === 'br') return createBrotliDecompress();
  throw wireError('ENCODING_UNKNOWN', `the content encoding ${encoding.slice(0, 20)} is not known`);
}
