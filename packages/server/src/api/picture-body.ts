import type { FastifyRequest } from 'fastify';
import { decodedBody } from '../http/decoded-body.js';
import { badRequest, RequestRefused } from '../http/request-refused.js';

export interface PictureBody {
  readonly bytes: Buffer;
  /** As the form calls it. */
  readonly fileName?: string;
  /** Text fields of a form. */
  readonly fields: ReadonlyMap<string, string>;
}

const MAX_FIELDS = 32;
const MAX_FIELD_BYTES = 4096;

/** The one picture of a request: the body itself, or the file of a form. @throws RequestRefused 400, 413, 415 */
export async function pictureBody(request: FastifyRequest, maxBytes: number): Promise<PictureBody> {
  if (request.isMultipart()) return await formPicture(request, maxBytes);
  const type =
    (request.headers['content-type'] ?? 'application/octet-stream').split(';', 1)[0]?.trim().toLowerCase() ??
    '';
  if (type !== 'application/octet-stream' && !type.startsWith('image/')) {
    throw new RequestRefused(
      415,
      'CONTENT_TYPE_UNSUPPORTED',
      'send the picture as image/*, application/octet-stream or multipart/form-data',
    );
  }
  const { body } = request;
  if (!Buffer.isBuffer(body) || body.length === 0) throw badRequest('the body must be a picture');
  return { bytes: await decodedBody(body, request.headers, maxBytes), fields: new Map() };
}

async function formPicture(request: FastifyRequest, maxBytes: number): Promise<PictureBody> {
  const fields = new Map<string, string>();
  let file: { readonly bytes: Buffer; readonly fileName: string } | undefined;
  const limits = {
    fileSize: maxBytes,
    files: 1,
    fields: MAX_FIELDS,
    fieldSize: MAX_FIELD_BYTES,
    parts: MAX_FIELDS + 1,
  };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') file = { bytes: await part.toBuffer(), fileName: part.filename };
      else if (typeof part.value === 'string') fields.set(part.fieldname, part.value);
    }
  } catch (error) {
    throw refusedForm(error);
  }
  if (file === undefined) throw badRequest('the form has no file');
  return { ...file, fields };
}

function refusedForm(error: unknown): RequestRefused {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'FST_REQ_FILE_TOO_LARGE')
    return new RequestRefused(413, 'BODY_TOO_LARGE', 'the picture is too large');
  if (code === 'FST_FILES_LIMIT') return badRequest('the form must have one file');
  if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT')
    return badRequest('the form has too many fields');
  return badRequest('the form is not valid');
}
