import { z } from 'zod';
import type { ClassicFacts } from '../description/classic-description.js';
import { schemaProblems } from '../description/content-error.js';
import { parseContent } from '../description/parse-content.js';
import type { RoboflowId } from '../identifiers/roboflow-id.js';
import { ENVIRONMENT } from '../preprocessing/classic-preprocessing.js';
import { brokenAnswer, refusedAnswer } from './refused-answer.js';
import { question, throughGateway, type RoboflowApi } from './roboflow-api.js';
import { readSmallFile } from './small-file.js';

/** Roboflow counts devices by a name that they choose; this one tells nothing about the machine. */
const DEVICE = 'care';

const link = z.url({ protocol: /^https?$/ });
const described = {
  classes: z.array(z.string()).min(1).max(100_000).nullish(),
  colors: z.record(z.string(), z.string()).nullish(),
  keypoints_metadata: z.unknown().optional(),
};

/** `/ort/{project}/{version}` */
const versionAnswer = z.looseObject({
  ort: z.looseObject({
    type: z.string().nullish(),
    modelType: z.string().nullish(),
    model: link,
    environment: link,
    ...described,
  }),
});

/** `/getWeights` */
const namedAnswer = z.looseObject({
  taskType: z.string().nullish(),
  modelType: z.string().nullish(),
  modelFiles: z.looseObject({ ort: z.looseObject({ model: link }) }),
  environment: z.looseObject({}),
  ...described,
});

/** A model of the classic protocol and where its weights are for the next minutes. */
export interface ClassicAnswer {
  readonly facts: ClassicFacts;
  readonly weights: string;
}

/**
 * Asks the classic protocol; the key is a query parameter there.
 * @throws CareError `MODEL_NOT_FOUND`, `UNAUTHORIZED`, `REGISTRY_UNAVAILABLE`, `REGISTRY_TIMEOUT`, `OFFLINE`, `MANIFEST_INVALID`
 */
export function askClassic(
  api: RoboflowApi,
  id: RoboflowId,
  signal: AbortSignal | undefined,
): Promise<ClassicAnswer> {
  return id.version === undefined ? askNamed(api, id.id, signal) : askVersion(api, id.id, signal);
}

async function askVersion(
  api: RoboflowApi,
  id: string,
  signal: AbortSignal | undefined,
): Promise<ClassicAnswer> {
  const path = id.split('/').map(encodeURIComponent).join('/');
  const parameters = { nocache: 'true', device: DEVICE, dynamic: 'true' };
  const { ort } = await ask(api, id, versionAnswer, `/ort/${path}`, parameters, signal);
  const { gateway } = api.settings;
  const file = { name: ENVIRONMENT, url: throughGateway(ort.environment, gateway) };
  const environment = parseContent(await readSmallFile(api.client, file, signal), ENVIRONMENT);
  return { facts: factsOf(id, ort.type, ort, environment), weights: throughGateway(ort.model, gateway) };
}

async function askNamed(
  api: RoboflowApi,
  id: string,
  signal: AbortSignal | undefined,
): Promise<ClassicAnswer> {
  const answer = await ask(api, id, namedAnswer, '/getWeights', { model: id }, signal);
  return {
    facts: factsOf(id, answer.taskType, answer, answer.environment),
    weights: throughGateway(answer.modelFiles.ort.model, api.settings.gateway),
  };
}

function factsOf(
  id: string,
  taskType: string | null | undefined,
  stated: {
    readonly modelType?: string | null | undefined;
    readonly classes?: readonly string[] | null | undefined;
    readonly colors?: Readonly<Record<string, string>> | null | undefined;
    readonly keypoints_metadata?: unknown;
  },
  environment: unknown,
): ClassicFacts {
  return {
    id,
    taskType: taskType ?? undefined,
    modelType: stated.modelType ?? undefined,
    classes: stated.classes ?? undefined,
    colors: stated.colors ?? undefined,
    keypoints: stated.keypoints_metadata ?? undefined,
    environment,
  };
}

async function ask<T>(
  api: RoboflowApi,
  id: string,
  schema: z.ZodType<T>,
  path: string,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const { client, settings } = api;
  const asked = question(api, id, settings.classicHost);
  const url = new URL(settings.classicHost + path);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (settings.apiKey !== undefined) url.searchParams.set('api_key', settings.apiKey);
  const address = throughGateway(url.href, settings.gateway);
  const { status, body } = await client.json(address, signal === undefined ? {} : { signal });
  const refused = refusedAnswer(status, asked);
  if (refused !== undefined) throw refused;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw brokenAnswer(asked, schemaProblems(parsed.error));
}
