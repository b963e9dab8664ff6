import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';

const ENCODERS = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;
/** Fast: tensors hardly become smaller by more work. */
const LEVEL = 1;
/** Smaller answers are sent as they are. */
const MIN_BYTES = 1024;

export interface EncodedAnswer {
  readonly body: Buffer;
  readonly encoding?: keyof typeof ENCODERS;
}

/** Packs an answer in the first form that the client accepts by name; it is not packed for `*`. */
export async function encodedAnswer(body: Buffer, accept: string | undefined): Promise<EncodedAnswer> {
  const encoding = body.length < MIN_BYTES ? undefined : acceptedEncoding(accept);
  if (encoding === undefined) return { body };
  return { body: await ENCODERS[encoding](body, { level: LEVEL }), encoding };
}

function acceptedEncoding(accept = ''): keyof typeof ENCODERS | undefined {
  for (const part of accept.split(',').slice(0, 16)) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    if (!refused && (name === 'gzip' || name === 'deflate')) return name;
  }
  return undefined;
}
