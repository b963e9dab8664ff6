import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelPackage } from '@care/registry-core';
import { z } from 'zod';
import { classicPackage, VARIANT, WEIGHTS } from '../description/classic-description.js';
import { CLASS_NAMES, classNamesOfText } from '../description/class-names.js';
import { parseContent } from '../description/parse-content.js';
import { ENVIRONMENT } from '../preprocessing/classic-preprocessing.js';
import type { CachedInquiry } from './python-cache.js';
import { cachedFile, cachedText, type CacheFolder } from './cached-text.js';
import { withLocalGraph } from './local-variant.js';

const TYPE = 'model_type.json';
const KEYPOINTS = 'keypoints_metadata.json';
const modelType = z.looseObject({ project_task_type: z.string(), model_type: z.string().nullish() });

/**
 * A model as Roboflow's `inference` keeps it: `<cache>/<project>/<version>/` (or `<workspace>/<slug>/`) with weights,
 * `environment.json`, `class_names.txt` and `model_type.json`, which says the task: without it nothing here does.
 * @throws CareError `MANIFEST_INVALID`, `UNSUPPORTED`, `ARTIFACT_CORRUPT`
 */
export async function fromClassicLayout({
  root,
  id,
  reference,
  reading,
  signal,
}: CachedInquiry): Promise<ModelPackage | undefined> {
  const folder: CacheFolder = { root, folder: join(root, ...id.split('/')) };
  const [type, environment] = await Promise.all([cachedText(folder, TYPE), cachedText(folder, ENVIRONMENT)]);
  if (type === undefined || environment === undefined) return undefined;
  const weights = await weightsIn(folder);
  if (weights === undefined) return undefined;
  const stated = modelType.safeParse(parseContent(type, TYPE));
  if (!stated.success) return undefined;
  const [classes, keypoints] = await Promise.all([
    cachedText(folder, CLASS_NAMES),
    cachedText(folder, KEYPOINTS),
  ]);
  const facts = {
    id,
    taskType: stated.data.project_task_type,
    modelType: stated.data.model_type ?? undefined,
    environment: parseContent(environment, ENVIRONMENT),
    classes: classes === undefined ? undefined : classNamesOfText(classes.toString('utf8')),
    colors: undefined,
    keypoints: keypoints === undefined ? undefined : parseContent(keypoints, KEYPOINTS),
  };
  const model = { ...classicPackage(facts, reference, reading), source: folder.folder };
  const files = new Map([[WEIGHTS, weights]]);
  return await withLocalGraph(model, VARIANT, files, true, signal);
}

/** `weights.onnx`; older models have other names, of which there is one. */
async function weightsIn(folder: CacheFolder): Promise<string | undefined> {
  const names = await readdir(folder.folder).catch(() => []); // gone since: a miss
  const models = names.filter((name) => name.endsWith('.onnx'));
  const [only] = models;
  const name = models.includes(WEIGHTS) ? WEIGHTS : models.length === 1 ? only : undefined;
  return name === undefined ? undefined : await cachedFile(folder, name);
}
