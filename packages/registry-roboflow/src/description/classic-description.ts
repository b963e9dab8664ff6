import type { JsonObject, ModelPackage, ModelReference } from '@care/registry-core';
import { z } from 'zod';
import { architectureOf, DEFAULT_MODEL_TYPES } from '../postprocessing/architecture.js';
import { postprocessingOf, taskOf } from '../postprocessing/postprocessing.js';
import { classicInput, ENVIRONMENT, type ResizeReading } from '../preprocessing/classic-preprocessing.js';
import { classicClasses, classNamesOfEnvironment } from './class-names.js';
import { keypointSpec, readKeypoints } from './keypoints-metadata.js';
import { readContent } from './content-error.js';

/** Everything that the classic protocol, or the folder that its clients fill, says of a model. */
export interface ClassicFacts {
  readonly id: string;
  readonly taskType: string | undefined;
  readonly modelType: string | undefined;
  readonly environment: unknown;
  readonly classes: readonly string[] | undefined;
  readonly colors: Readonly<Record<string, string>> | undefined;
  readonly keypoints: unknown;
}

export const VARIANT = 'onnx-fp32';
export const WEIGHTS = 'weights.onnx';
const flags = z.looseObject({
  MULTICLASS: z.boolean().nullish(),
  COLORS: z.record(z.string(), z.string()).nullish().catch(undefined),
});

/**
 * The package of a model of the classic protocol: one ONNX variant, thresholds of Roboflow's servers.
 * @throws CareError `MANIFEST_INVALID`, `UNSUPPORTED`
 */
export function classicPackage(
  facts: ClassicFacts,
  { modelId, selector }: ModelReference,
  reading: ResizeReading,
): Omit<ModelPackage, 'source'> {
  const taskType = facts.taskType ?? 'object-detection';
  const { modelType } = facts;
  const typed = modelType === undefined || modelType === 'ort' ? DEFAULT_MODEL_TYPES[taskType] : modelType;
  const architecture = architectureOf(typed ?? 'unknown');
  const stated = taskOf(taskType, architecture);
  const { MULTICLASS, COLORS } = readContent(flags, facts.environment, ENVIRONMENT);
  const multiLabel = stated.multiLabel || (stated.task === 'classification' && MULTICLASS === true);
  const classes = classicClasses(
    facts.classes ?? classNamesOfEnvironment(facts.environment),
    architecture.name,
  );
  const input = classicInput(facts.environment, stated.task, architecture, reading);
  const keypoints =
    facts.keypoints === undefined || facts.keypoints === null ? [] : readKeypoints(facts.keypoints);
  const spec = keypointSpec(keypoints);
  const { background } = classes;
  const colors = facts.colors ?? COLORS ?? undefined;
  return {
    modelId,
    ...(selector === undefined ? {} : { version: selector }),
    task: stated.task,
    classNames: [...classes.names],
    inputSize: input.inputSize,
    preprocessing: input.preprocessing,
    postprocessing: postprocessingOf({ ...stated, multiLabel, architecture, background }),
    ...(stated.task === 'pose-estimation' && spec !== undefined ? { keypoints: spec } : {}),
    variants: [
      { id: VARIANT, format: 'onnx', precision: 'fp32', artifacts: [{ name: WEIGHTS, role: 'model' }] },
    ],
    metadata: {
      roboflow: {
        id: facts.id,
        taskType,
        architecture: typed ?? 'unknown',
        ...(colors === undefined ? {} : { colors }),
        ...(keypoints.length < 2 ? {} : { keypointsByClass: keypoints.map(plainKeypoints) }),
        ...(input.notes.length === 0 ? {} : { notes: input.notes }),
      },
    },
  };
}

export function plainKeypoints({
  classId,
  names,
  skeleton,
}: ReturnType<typeof readKeypoints>[number]): JsonObject {
  return { classId, names, skeleton };
}
