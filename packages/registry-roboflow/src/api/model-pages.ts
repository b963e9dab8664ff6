import { z } from 'zod';
import { schemaProblems } from '../description/content-error.js';
import { recommendedParameters } from '../postprocessing/postprocessing.js';
import { brokenAnswer, notFound, refusedAnswer } from './refused-answer.js';
import { question, throughGateway, type RoboflowApi } from './roboflow-api.js';

/** As Roboflow's client. */
const MAX_PAGES = 10;
const text = z.string().min(1).max(4096);

const page = z.looseObject({
  modelMetadata: z.looseObject({
    type: z.literal('external-model-metadata-v1'),
    modelId: text,
    modelArchitecture: text,
    modelVariant: z.string().nullish(),
    taskType: z.string().nullish(),
    recommendedParameters: recommendedParameters.nullish(),
    nextPage: z.string().nullish(),
    modelPackages: z.array(z.unknown()).max(10_000),
  }),
});

/** What a host answers that does not know the models protocol: 200 and an error. */
const noSuchEndpoint = z.looseObject({ error: z.union([z.string(), z.looseObject({})]) });

type Metadata = z.output<typeof page>['modelMetadata'];

/**
 * Pages in a row, at most ten; the packages of all, everything else as the last one says it.
 * @throws CareError `MODEL_NOT_FOUND`, `UNAUTHORIZED`, `REGISTRY_UNAVAILABLE`, `REGISTRY_TIMEOUT`, `OFFLINE`
 */
export async function modelPages(
  api: RoboflowApi,
  id: string,
  signal: AbortSignal | undefined,
): Promise<{ metadata: Metadata; packages: readonly unknown[] }> {
  let metadata = await onePage(api, id, undefined, signal);
  const packages = [...metadata.modelPackages];
  const seen = new Set<string>();
  for (let pages = 1; pages < MAX_PAGES; pages++) {
    const next = metadata.nextPage ?? '';
    if (next === '' || seen.has(next)) break;
    seen.add(next);
    metadata = await onePage(api, id, next, signal);
    packages.push(...metadata.modelPackages);
  }
  return { metadata, packages };
}

async function onePage(
  api: RoboflowApi,
  id: string,
  startAfter: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Metadata> {
  const { client, settings } = api;
  const asked = question(api, id, settings.modelsHost);
  const url = new URL(`${settings.modelsHost}/models/v1/external/weights`);
  url.searchParams.set('modelId', id);
  if (startAfter !== undefined) url.searchParams.set('startAfter', startAfter);
  const { status, body } = await client.json(throughGateway(url.href, settings.gateway), {
    ...(settings.apiKey === undefined ? {} : { headers: { authorization: `Bearer ${settings.apiKey}` } }),
    ...(signal === undefined ? {} : { signal }),
  });
  const refused = refusedAnswer(status, asked);
  if (refused !== undefined) throw refused;
  const parsed = page.safeParse(body);
  if (parsed.success) return parsed.data.modelMetadata;
  if (noSuchEndpoint.safeParse(body).success) throw notFound(asked);
  throw brokenAnswer(asked, schemaProblems(parsed.error));
}
