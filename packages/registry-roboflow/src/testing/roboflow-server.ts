import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  closed,
  contentServer,
  listen,
  port,
  type ContentServer,
  type SeenRequest,
} from './content-server.js';

/** A model of the classic protocol: what `ort`, or `/getWeights`, says beside the URLs, and the files. */
export interface ClassicModel {
  readonly type?: string;
  readonly modelType?: string;
  readonly classes?: readonly string[];
  readonly colors?: Readonly<Record<string, string>>;
  readonly keypoints_metadata?: unknown;
  readonly environment: unknown;
  readonly weights: Uint8Array;
}

export interface ServedPackage {
  readonly packageId: string;
  readonly manifest: object;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  readonly more?: object;
  /** False: files have no md5Hash. */
  readonly hashed?: boolean;
}

/** A model of the models protocol. */
export interface PackagedModel {
  readonly modelId?: string;
  readonly modelArchitecture: string;
  readonly taskType?: string;
  readonly more?: object;
  readonly packages: readonly (ServedPackage | { readonly raw: unknown })[];
}

export interface ServedModel {
  readonly private?: boolean;
  readonly classic?: ClassicModel;
  readonly packaged?: PackagedModel;
}

export type ApiFault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly kind: 'stalls' | 'broken' };

export interface RoboflowServer {
  readonly origin: string;
  readonly content: ContentServer;
  /** What the API was asked, with headers. */
  readonly requests: SeenRequest[];
  serve(id: string, model: ServedModel): void;
  /** The next answers of the API, whatever the question. */
  fail(...faults: readonly ApiFault[]): void;
  /** Takes back what of it has not happened. */
  unfail(): void;
  /** False: this host does not know the models protocol and says so with a 200. */
  modelsProtocol: boolean;
  close(): Promise<void>;
}

export const API_KEY = 'rf_KeyOfTheTestsThatMustNeverBeSeen_0123';
const PAGE = 2;

/**
 * The API as its clients know it: `/ort/{project}/{version}` and `/getWeights` with the key in the query,
 * `/models/v1/external/weights` with the key in a header and pages of two packages; files by URLs that redirect to another host.
 */
export async function roboflowServer(): Promise<RoboflowServer> {
  const content = await contentServer('localhost');
  const models = new Map<string, ServedModel>();
  const requests: SeenRequest[] = [];
  const faults: ApiFault[] = [];
  let modelsProtocol = true;

  const answer = (request: IncomingMessage, response: ServerResponse): unknown => {
    const url = new URL(request.url ?? '/', 'http://api');
    requests.push({ url: url.pathname + url.search, headers: request.headers });
    if (url.pathname.startsWith('/storage/')) return redirect(url, response);
    const fault = faults.shift();
    if (fault !== undefined) return broken(fault, response);
    if (url.pathname === '/models/v1/external/weights') return external(url, request, response);
    const [, kind, project = '', version = ''] = url.pathname.split('/');
    const id = kind === 'ort' ? `${project}/${version}` : (url.searchParams.get('model') ?? '');
    if (kind !== 'ort' && kind !== 'getWeights') return json(response, 404, { error: 'not found' });
    return classic(decodeURIComponent(id), kind, url, response);
  };

  const redirect = (url: URL, response: ServerResponse): unknown => {
    const name = url.pathname.slice('/storage/'.length);
    return response.writeHead(302, { location: `${content.origin}/${name}${url.search}` }).end();
  };

  const allowed = (model: ServedModel, key: string | null | undefined, response: ServerResponse): boolean => {
    if (typeof key === 'string' && key !== API_KEY)
      json(response, 401, { error: 'This API key does not exist.' });
    else if (model.private === true && typeof key !== 'string') json(response, 401, { error: 'No key.' });
    else return true;
    return false;
  };

  const link = (name: string, bytes: Uint8Array): string => {
    content.put(name, bytes);
    return `${origin}/storage/${encodeURIComponent(name)}?${content.sign()}`;
  };

  const classic = (id: string, kind: string, url: URL, response: ServerResponse): unknown => {
    const model = models.get(id);
    if (model?.classic === undefined) return json(response, 404, { error: `${id} not found` });
    if (!allowed(model, url.searchParams.get('api_key'), response)) return;
    const { weights, environment, type, ...said } = model.classic;
    const weightsUrl = link(`${id} weights`, weights);
    if (kind === 'getWeights') {
      const body = { ...said, environment, ...(type === undefined ? {} : { taskType: type }) };
      return json(response, 200, { ...body, modelFiles: { ort: { model: weightsUrl } } });
    }
    const document = typeof environment === 'string' ? environment : JSON.stringify(environment);
    const environmentUrl = link(`${id} environment`, Buffer.from(document));
    const body = {
      ...said,
      ...(type === undefined ? {} : { type }),
      model: weightsUrl,
      environment: environmentUrl,
    };
    return json(response, 200, { ort: body });
  };

  const external = (url: URL, request: IncomingMessage, response: ServerResponse): unknown => {
    if (!modelsProtocol) return json(response, 200, { error: 'endpoint not found' });
    const id = url.searchParams.get('modelId') ?? '';
    const model = models.get(id);
    if (model?.packaged === undefined) return json(response, 404, { error: 'not found' });
    const key = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!allowed(model, key, response)) return;
    const { packaged } = model;
    const from = Number(url.searchParams.get('startAfter') ?? 0);
    const page = packaged.packages.slice(from, from + PAGE);
    const more = from + PAGE < packaged.packages.length;
    return json(response, 200, {
      modelMetadata: {
        type: 'external-model-metadata-v1',
        modelId: packaged.modelId ?? id,
        modelArchitecture: packaged.modelArchitecture,
        ...(packaged.taskType === undefined ? {} : { taskType: packaged.taskType }),
        ...packaged.more,
        ...(more ? { nextPage: String(from + PAGE) } : {}),
        modelPackages: page.map((one) => ('raw' in one ? one.raw : packageAnswer(id, one, link))),
      },
    });
  };

  const server = await listen(answer, '127.0.0.1');
  const origin = `http://127.0.0.1:${port(server)}`;
  return {
    origin,
    content,
    requests,
    serve: (id, model) => void models.set(id, model),
    fail: (...more) => void faults.push(...more),
    unfail: () => void faults.splice(0),
    get modelsProtocol() {
      return modelsProtocol;
    },
    set modelsProtocol(value) {
      modelsProtocol = value;
    },
    close: async () => {
      await Promise.all([closed(server), content.close()]);
    },
  };
}

function packageAnswer(
  id: string,
  { packageId, manifest, files, more = {}, hashed = true }: ServedPackage,
  link: (name: string, bytes: Uint8Array) => string,
): object {
  return {
    type: 'external-model-package-v1',
    packageId,
    packageManifest: manifest,
    trustedSource: true,
    ...more,
    packageFiles: Object.entries(files).map(([fileHandle, text]) => {
      const bytes = Buffer.from(text);
      return {
        fileHandle,
        downloadUrl: link(`${id} ${packageId} ${fileHandle}`, bytes),
        ...(hashed ? { md5Hash: createHash('md5').update(bytes).digest('hex') } : {}),
      };
    }),
  };
}

function broken(fault: ApiFault, response: ServerResponse): unknown {
  if ('status' in fault)
    return response.writeHead(fault.status, fault.headers).end(fault.body ?? '{"error":"no"}');
  return fault.kind === 'broken' ? response.socket?.resetAndDestroy() : undefined;
}

function json(response: ServerResponse, status: number, body: unknown): unknown {
  return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
