import type { JsonObject, TaskType } from '@care/registry-core';
import type { ModelConfig } from './model-config.js';

/** What is certain of a model by the class that it was saved from. */
export interface ArchitectureFacts {
  readonly architecture: string;
  readonly task: TaskType;
  readonly decoder: string;
  readonly decoderOptions?: JsonObject;
  readonly multiLabel?: boolean;
}

/** How the class scores of an object detector are read: transformers' `post_process_object_detection` of each. */
const DETECTORS: Readonly<Record<string, 'softmax' | 'sigmoid'>> = {
  DetrForObjectDetection: 'softmax',
  TableTransformerForObjectDetection: 'softmax',
  YolosForObjectDetection: 'softmax',
  ConditionalDetrForObjectDetection: 'sigmoid',
  DabDetrForObjectDetection: 'sigmoid',
  DeformableDetrForObjectDetection: 'sigmoid',
  DetaForObjectDetection: 'sigmoid',
  DFineForObjectDetection: 'sigmoid',
  Deimv2ForObjectDetection: 'sigmoid',
  LwDetrForObjectDetection: 'sigmoid',
  RfDetrForObjectDetection: 'sigmoid',
  RTDetrForObjectDetection: 'sigmoid',
  RTDetrV2ForObjectDetection: 'sigmoid',
};

/** Those whose masks are one plane for each query. */
const SEGMENTERS: Readonly<Record<string, 'softmax' | 'sigmoid'>> = {
  DetrForSegmentation: 'softmax',
  RfDetrForInstanceSegmentation: 'sigmoid',
};

/** What an architecture says for certain; a word for its task when CARE has none such; undefined when it says nothing. */
export function architectureFacts(
  config: ModelConfig,
): ArchitectureFacts | { readonly foreign: string } | undefined {
  const known = (config.architectures ?? []).map((architecture) => factsOf(architecture, config));
  const [first] = known;
  const usable = known.find((facts) => facts !== undefined && !('foreign' in facts));
  return usable ?? first;
}

function factsOf(
  architecture: string,
  { problem_type: problem }: ModelConfig,
): ArchitectureFacts | { readonly foreign: string } | undefined {
  const detector = own(DETECTORS, architecture);
  const detr = (task: TaskType, scores: string): ArchitectureFacts => ({
    architecture,
    task,
    decoder: 'detr',
    decoderOptions: { scores },
  });
  if (detector !== undefined) return detr('object-detection', detector);
  const segmenter = own(SEGMENTERS, architecture);
  if (segmenter !== undefined) return detr('instance-segmentation', segmenter);
  if (architecture === 'VitPoseForPoseEstimation')
    return { architecture, task: 'pose-estimation', decoder: 'heatmap' };
  if (/ForImageClassification(?:WithTeacher)?$/.test(architecture)) {
    if (problem === 'regression') return { foreign: `${architecture} with the problem type "regression"` };
    const multiLabel = problem === 'multi_label_classification';
    return { architecture, task: 'classification', decoder: multiLabel ? 'sigmoid' : 'softmax', multiLabel };
  }
  // `XForY` of transformers names its task; other words are of other libraries and say nothing.
  return /^[A-Z]\w+For[A-Z]\w+$/.test(architecture) || /(?:Model|LMHeadModel)$/.test(architecture)
    ? { foreign: architecture }
    : undefined;
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
