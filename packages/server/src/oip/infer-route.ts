import type { FastifyRequest } from 'fastify';
import type { Deployment } from '@care/model-manager';
import { decodedBody } from '../http/decoded-body.js';
import { encodedAnswer } from '../http/encoded-answer.js';
import { bodyOf } from '../http/json-body.js';
import { requestEnd } from '../http/request-end.js';
import { badRequest } from '../http/request-refused.js';
import type { ApiRoute } from '../http/route.js';
import type { ServerContext } from '../server-context.js';
import { readInferRequest, readRawInferRequest, type InferRequest } from './infer-request.js';
import { writeInferResponse } from './infer-response.js';
import { namedModel, unknownModel } from './named-model.js';

const JSON_TYPE = 'application/json';
const BINARY_TYPE = 'application/octet-stream';
const HEADER_LENGTH = 'inference-header-content-length';
const object = (description: string) => ({ type: 'object', description }) as const;

/** Tensors in, tensors out. */
export function inferRoute(context: ServerContext): Omit<ApiRoute, 'url'> {
  return {
    method: 'POST',
    summary: 'Run a model on tensors',
    description:
      'JSON, or JSON followed by binary tensors (`Inference-Header-Content-Length` is the length of the JSON). FP16 and what is not finite ' +
      'has no form in JSON. The body may be packed with gzip or deflate, and so is the answer when it is asked for.',
    tag: 'inference',
    parameters: [
      {
        name: 'Inference-Header-Content-Length',
        in: 'header',
        description: 'Bytes of JSON before the binary data; 0: the body is the data of the one input',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
    body: {
      required: true,
      content: {
        [JSON_TYPE]: object('`id`, `parameters`, `inputs`, `outputs`'),
        [BINARY_TYPE]: { type: 'string', format: 'binary' },
      },
    },
    answer: {
      [JSON_TYPE]: object('`model_name`, `model_version`, `id`, `parameters`, `outputs`'),
      [BINARY_TYPE]: { type: 'string', format: 'binary' },
    },
    handle: async (request, reply) => {
      const { name, version } = namedModel(request);
      const deployment = context.models.deployment(name);
      const body = await decodedBody(bodyOf(request), request.headers, context.maxBodyBytes);
      const wanted = readBody(body, headerLength(request), deployment, version);
      const { outputs, model } = await deployment.infer(wanted.inputs, {
        signal: requestEnd(reply),
        timeoutMs: context.requestTimeoutMs,
        transfer: true,
        ...(version === undefined ? {} : { version }),
      });
      const answer = writeInferResponse(wanted, outputs, model);
      const packed = await encodedAnswer(answer.body, request.headers['accept-encoding']);
      if (packed.encoding !== undefined) void reply.header('content-encoding', packed.encoding);
      if (answer.headerLength !== undefined) void reply.header(HEADER_LENGTH, answer.headerLength);
      void reply.header('content-type', answer.headerLength === undefined ? JSON_TYPE : BINARY_TYPE);
      return packed.body;
    },
  };
}

function readBody(
  body: Buffer,
  length: number | undefined,
  deployment: Deployment,
  version: string | undefined,
): InferRequest {
  if (length !== 0) return readInferRequest(body, length);
  const signature = deployment.signature(version);
  if (signature === undefined) throw unknownModel();
  return readRawInferRequest(body, signature.inputs);
}

function headerLength(request: FastifyRequest): number | undefined {
  const value = request.headers[HEADER_LENGTH];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw badRequest('Inference-Header-Content-Length must be a whole number of bytes');
}
