import { inferManifest, type Manifest, type OnnxFacts } from '@care/model-manifest';
import { isCareError, type JsonValue } from '@care/registry-core';
import { z } from 'zod';
import type { ModelOptions } from '../options.js';
import { missingFacts, type MissingFact } from './missing-facts.js';

const flagSchema = z.object({ what: z.string(), flag: z.string() });

/** What is known besides the ONNX file. */
export interface Hints {
  /** Class names of config.json. */
  readonly classes: readonly string[] | undefined;
  readonly pipelineTag: string | undefined;
}

/** The Hub's tasks of which each is one of CARE's. `image-segmentation` may be semantic or panoptic, which is none. */
const TASK_OF_TAG: Readonly<Record<string, NonNullable<ModelOptions['task']>>> = {
  'image-classification': 'classification',
  'object-detection': 'object-detection',
  'keypoint-detection': 'pose-estimation',
};

/** Flags of the inference, and the fields of the options that say the same. */
const OPTION_OF_FLAG: Readonly<Record<string, string>> = {
  '--classes': 'classes',
  '--task': 'task',
  '--input-size': 'inputSize',
  '--family': 'family',
};

/**
 * The manifest of a model by what its exporter wrote into the file (Ultralytics does), the shapes of its graph, and the host's options.
 * @throws CareError OPTIONS_INVALID with each thing that is missing, UNSUPPORTED for a task that CARE does not have
 */
export async function manifestOfOnnx(
  repo: string,
  modelPath: string,
  readFacts: () => Promise<OnnxFacts>,
  hints: Hints,
  options: ModelOptions,
): Promise<Manifest> {
  const stated = statedWhole(repo, modelPath, options);
  if (stated !== undefined) return stated;
  const facts = await readFacts();
  const tagged = facts.metadata.task === undefined ? taskOfTag(hints.pipelineTag) : undefined;
  const task = options.task ?? tagged;
  const classes = options.classes ?? (facts.metadata.names === undefined ? hints.classes : undefined);
  try {
    const { manifest } = inferManifest(modelPath, facts, {
      // A name that a manifest can hold; the reference is the model's id in the end.
      id: repo,
      ...(task === undefined ? {} : { task }),
      ...(classes === undefined ? {} : { classes }),
      ...(options.family === undefined ? {} : { family: options.family }),
      ...(options.inputSize === undefined ? {} : { inputSize: options.inputSize }),
    });
    return manifest;
  } catch (error) {
    const missing = isCareError(error, 'OPTIONS_INVALID') ? missingOf(error.details.missing) : [];
    throw missing.length === 0 ? error : missingFacts(repo, missing);
  }
}

/** All that a manifest needs, said by the host: nothing is left to infer. */
function statedWhole(repo: string, modelPath: string, said: ModelOptions): Manifest | undefined {
  const { task, classes, inputSize, preprocessing, postprocessing, family } = said;
  if (task === undefined || classes === undefined || inputSize === undefined || family !== undefined)
    return undefined;
  if (preprocessing === undefined) return undefined;
  if (postprocessing?.decoder === undefined && task !== 'classification') return undefined;
  return {
    model_id: repo,
    task_type: task,
    model_path: modelPath,
    class_names: classes,
    input_size: inputSize,
  };
}

const taskOfTag = (tag: string | undefined): ModelOptions['task'] =>
  tag !== undefined && Object.hasOwn(TASK_OF_TAG, tag) ? TASK_OF_TAG[tag] : undefined;

function missingOf(details: JsonValue | undefined): MissingFact[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((item) => {
    const parsed = flagSchema.safeParse(item);
    if (!parsed.success) return [];
    const { what, flag } = parsed.data;
    const [name = '', ...words] = flag.split(' ');
    const values = words.join(' ');
    const choices = values.includes('|') ? { reason: `one of ${values.replaceAll('|', ', ')}` } : {};
    return [{ what, option: OPTION_OF_FLAG[name] ?? name, ...choices }];
  });
}
