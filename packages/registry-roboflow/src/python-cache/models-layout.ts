import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dirent } from 'node:fs';
import type { ModelPackage } from '@care/registry-core';
import { z } from 'zod';
import { CLASS_NAMES, classNamesOfText } from '../description/class-names.js';
import { packagedModel, type ModelFacts, type OnnxPackage } from '../description/model-packages.js';
import { parseContent } from '../description/parse-content.js';
import { modelFeatures, recommendedParameters } from '../postprocessing/postprocessing.js';
import { INFERENCE_CONFIG } from '../preprocessing/network-input.js';
import { cachedFile, cachedText, type CacheFolder } from './cached-text.js';
import { withLocalGraph } from './local-variant.js';
import type { CachedInquiry } from './python-cache.js';

const CONFIG = 'model_config.json';
const KEYPOINTS = 'keypoints_metadata.json';
const WEIGHTS = 'weights.onnx';

const modelConfig = z.looseObject({
  model_id: z.string(),
  canonical_model_id: z.string().nullish(),
  model_architecture: z.string(),
  task_type: z.string(),
  backend_type: z.string(),
  quantization: z.string().nullish(),
  static_batch_size: z.int().min(1).nullish(),
  model_features: modelFeatures.nullish(),
  recommended_parameters: recommendedParameters.nullish(),
  trusted_source: z.boolean().nullish(),
});

interface CachedPackage {
  readonly facts: ModelFacts;
  readonly one: OnnxPackage;
  readonly weights: string;
}

/**
 * A model as Roboflow's `inference-models` keeps it: `<home>/models-cache/<name of the model>/<package>/` with `model_config.json` and
 * the package's files. The folder's name ends in a digest that Node cannot make; its beginning is enough to look, and what
 * `model_config.json` says decides.
 * @throws CareError `UNSUPPORTED`, `ARTIFACT_CORRUPT`, `MODEL_INCOMPATIBLE`
 */
export async function fromModelsLayout(inquiry: CachedInquiry): Promise<ModelPackage | undefined> {
  const { root, id, reference, reading, signal } = inquiry;
  const models = join(root, 'models-cache');
  const folders = await subfolders(
    models,
    (name) => isFolderOf(name, id) || isFolderOf(name, reference.modelId),
  );
  const found: CachedPackage[] = [];
  for (const folder of folders) {
    for (const packageId of await subfolders(join(models, folder), (name) => /^[A-Za-z0-9]+$/.test(name))) {
      const one = await readPackage({ root, folder: join(models, folder, packageId) }, packageId, inquiry);
      if (one !== undefined && !found.some((other) => other.one.packageId === packageId)) found.push(one);
    }
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const { model, used } = packagedModel(
    first.facts,
    found.map(({ one }) => one),
    [],
    reference,
    reading,
  );
  let local: ModelPackage = { ...model, source: models };
  for (const { variantId, packageId } of used) {
    const weights = found.find(({ one }) => one.packageId === packageId)?.weights;
    if (weights === undefined) continue;
    local = await withLocalGraph(local, variantId, new Map([[WEIGHTS, weights]]), false, signal);
  }
  return local;
}

async function readPackage(
  folder: CacheFolder,
  packageId: string,
  { id, reference }: CachedInquiry,
): Promise<CachedPackage | undefined> {
  const [config, classes, inference, keypoints, weights] = await Promise.all([
    cachedText(folder, CONFIG),
    cachedText(folder, CLASS_NAMES),
    cachedText(folder, INFERENCE_CONFIG),
    cachedText(folder, KEYPOINTS),
    cachedFile(folder, WEIGHTS),
  ]);
  if (config === undefined || classes === undefined || inference === undefined || weights === undefined)
    return undefined;
  const parsed = modelConfig.safeParse(parseContent(config, CONFIG));
  if (!parsed.success || parsed.data.backend_type !== 'onnx') return undefined;
  const { data: stated } = parsed;
  const names = [stated.model_id, stated.canonical_model_id];
  if (!names.includes(id) && !names.includes(reference.modelId)) return undefined;
  return {
    facts: { id, architecture: stated.model_architecture, taskType: stated.task_type },
    weights,
    one: {
      packageId,
      precision: stated.quantization ?? 'unknown',
      batch: stated.static_batch_size ?? undefined,
      trusted: stated.trusted_source ?? false,
      features: stated.model_features,
      recommended: stated.recommended_parameters,
      classNames: classNamesOfText(classes.toString('utf8')),
      config: parseContent(inference, INFERENCE_CONFIG),
      ...(keypoints === undefined ? {} : { keypoints: parseContent(keypoints, KEYPOINTS) }),
      artifacts: [{ name: WEIGHTS, role: 'model' }],
    },
  };
}

/** `v2-<up to 48 plain characters of the id>-<digest>` */
function isFolderOf(name: string, id: string): boolean {
  const plain = id
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/[_-]{2,}/g, '-')
    .slice(0, 48);
  return name.startsWith(`v2-${plain}-`) && /^[0-9a-f]{32}$/.test(name.slice(plain.length + 4));
}

async function subfolders(folder: string, wanted: (name: string) => boolean): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []); // not there: a miss
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && wanted(entry.name))
    .map(({ name }) => name)
    .sort();
}
