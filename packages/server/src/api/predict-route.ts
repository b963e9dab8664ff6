import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ServedBy } from '@care/model-manager';
import { requestEnd } from '../http/request-end.js';
import { pathParameter, queryParameter, type ApiRoute, type RouteParameter } from '../http/route.js';
import { modelName } from '../hosting/model-name.js';
import type { ServerContext } from '../server-context.js';
import { pictureBody } from './picture-body.js';
import { predictOptions, type ReadOption } from './predict-options.js';
import { predictionAnswer } from './prediction-answer.js';

const binary = { type: 'string', format: 'binary' } as const;
const option = (name: string, description: string, schema: object): RouteParameter => ({
  name,
  in: 'query',
  description: `${description}; also as the header x-care-${dashed(name)} or a field of the form`,
  schema: { ...schema },
});

/** A picture in, predictions out. */
export function predictRoute(context: ServerContext): ApiRoute {
  return {
    method: 'POST',
    url: '/v1/models/:ref/predict',
    summary: 'What is in a picture',
    description:
      '`ref` is a model id, or `id@version` with a version or alias that is loaded. The picture (JPEG, PNG, WebP, AVIF, GIF, TIFF) is the body, or the ' +
      'one file of a form. The key that keeps a requester on one version is the field that the deployment names in `sticky_by`, ' +
      'as a parameter of the query, a header (`x-` before it, dashes for underscores) or a field of the form. What answered is in the ' +
      'headers `x-care-model`, `x-care-version`, `x-care-sha256` and `x-care-backend`.',
    tag: 'inference',
    parameters: [
      option('confidence', 'Keep predictions of at least this confidence', {
        type: 'number',
        minimum: 0,
        maximum: 1,
      }),
      option('iou', 'A box that overlaps a better one by more is dropped', {
        type: 'number',
        minimum: 0,
        maximum: 1,
      }),
      option('max_detections', 'At most this many predictions', { type: 'integer', minimum: 1 }),
      option('top_k', 'Classification: the best classes', { type: 'integer', minimum: 1 }),
      option('timeout_ms', 'Milliseconds to answer in', { type: 'integer', minimum: 1 }),
      option('format', 'Form of the answer', { type: 'string', enum: ['care', 'roboflow', 'coco'] }),
    ],
    body: {
      required: true,
      content: {
        'image/*': binary,
        'application/octet-stream': binary,
        'multipart/form-data': { type: 'object', properties: { image: binary } },
      },
    },
    answer: {
      'application/json': {
        description: 'As `format` says',
        anyOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' } }],
      },
    },
    handle: async (request, reply) => {
      const { name, version } = modelName(pathParameter(request, 'ref'));
      const deployment = context.models.deployment(name);
      const { bytes, fileName, fields } = await pictureBody(request, context.maxBodyBytes);
      const read: ReadOption = (one) =>
        queryParameter(request, one) ?? header(request.headers, `x-care-${dashed(one)}`) ?? fields.get(one);
      const { predict, format, timeoutMs } = predictOptions(read);
      const { stickyBy } = deployment;
      const key =
        stickyBy === undefined
          ? undefined
          : (queryParameter(request, stickyBy) ??
            header(request.headers, stickyBy.toLowerCase()) ??
            header(request.headers, `x-${dashed(stickyBy.toLowerCase())}`) ??
            fields.get(stickyBy));
      const prediction = await deployment.predict(bytes, {
        ...predict,
        signal: requestEnd(reply),
        timeoutMs: Math.min(timeoutMs ?? Infinity, context.requestTimeoutMs),
        ...(key === undefined ? {} : { key }),
        ...(version === undefined ? {} : { version }),
      });
      tellServedBy(reply, prediction.model);
      const signature = format === 'care' ? undefined : deployment.signature(prediction.model.version ?? '');
      return predictionAnswer(fileName ?? request.id, prediction, format, signature);
    },
  };
}

function tellServedBy(reply: FastifyReply, { id, version, sha256, backend }: ServedBy): void {
  void reply.headers({
    'x-care-model': encodeURIComponent(id),
    'x-care-version': encodeURIComponent(version ?? ''),
    'x-care-sha256': sha256,
    'x-care-backend': backend,
  });
}

function dashed(name: string): string {
  return name.replaceAll('_', '-');
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
