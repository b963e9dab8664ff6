import { type Postprocessing } from '@care/registry-core';
import { z } from 'zod';
import { contentError, unsupported } from '../description/content-error.js';
import { INFERENCE_CONFIG } from '../preprocessing/network-input.js';
import type { Architecture } from './architecture.js';

/** Thresholds of Roboflow's servers where a model states none. */
const IOU = 0.3;
const MAX_DETECTIONS = 300;

/** Roboflow's names of the tasks that CARE runs. */
const TASKS: Readonly<Record<string, { readonly task: string; readonly multiLabel: boolean }>> = {
  'object-detection': { task: 'object-detection', multiLabel: false },
  'instance-segmentation': { task: 'instance-segmentation', multiLabel: false },
  'keypoint-detection': { task: 'pose-estimation', multiLabel: false },
  classification: { task: 'classification', multiLabel: false },
  'single-label-classification': { task: 'classification', multiLabel: false },
  'multi-label-classification': { task: 'classification', multiLabel: true },
};

/** @throws CareError `UNSUPPORTED` naming the task, or why outputs of the family cannot be read */
export function taskOf(stated: string, architecture: Architecture): { task: string; multiLabel: boolean } {
  const known = Object.hasOwn(TASKS, stated) ? TASKS[stated] : undefined;
  if (known === undefined) {
    throw unsupported(
      `its task is ${JSON.stringify(stated).slice(0, 80)}; CARE runs ${Object.keys(TASKS).join(', ')}`,
    );
  }
  if (architecture.unsupported !== undefined) {
    throw unsupported(`${architecture.name} gives ${architecture.unsupported}, which CARE does not read`);
  }
  if (architecture.name === 'rfdetr' && known.task === 'pose-estimation') {
    throw unsupported("RF-DETR's keypoints have no decoder");
  }
  return known;
}

const nmsParameters = z.looseObject({
  max_detections: z.int().min(1).optional(),
  confidence_threshold: z.number().min(0).max(1).optional(),
  iou_threshold: z.number().min(0).max(1).optional(),
  class_agnostic: z.union([z.boolean(), z.number().transform((number) => number !== 0)]).optional(),
});

export const postProcessing = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('nms'),
    fused: z.boolean().default(false),
    nms_parameters: nmsParameters.nullish(),
  }),
  z.looseObject({ type: z.literal('softmax'), fused: z.boolean().default(false) }),
  z.looseObject({ type: z.literal('sigmoid'), fused: z.boolean().default(false) }),
]);

/** `modelFeatures` of a package: suppression inside the network. */
export const modelFeatures = z.looseObject({ nms_fused: nmsParameters.nullish() });

export const recommendedParameters = z.looseObject({
  confidence: z.number().min(0).max(1).nullish(),
  perClassConfidence: z.record(z.string(), z.number()).nullish(),
});

export interface StatedPostprocessing {
  readonly task: string;
  readonly multiLabel: boolean;
  readonly architecture: Architecture;
  /** Positions of scores that belong to no class. */
  readonly background: readonly number[];
  readonly config?: z.output<typeof postProcessing> | null | undefined;
  readonly features?: z.output<typeof modelFeatures> | null | undefined;
  readonly recommended?: z.output<typeof recommendedParameters> | null | undefined;
}

/**
 * Decoder and thresholds: the recommended confidence, else the parameters of the suppression that the model states, else those of
 * Roboflow's servers (confidence 0.4, 0.25 for YOLO26; IoU 0.3; 300 detections; suppression within each class).
 * @throws CareError `MANIFEST_INVALID` when the stated kind does not go with the task
 */
export function postprocessingOf(stated: StatedPostprocessing): Postprocessing {
  const { task, architecture, config, features, recommended, background } = stated;
  const fused = features?.nms_fused ?? undefined;
  const nms = (config?.type === 'nms' ? config.nms_parameters : undefined) ?? fused ?? {};
  const thresholds = {
    confidenceThreshold: recommended?.confidence ?? nms.confidence_threshold ?? architecture.confidence,
    iouThreshold: nms.iou_threshold ?? IOU,
    maxDetections: nms.max_detections ?? MAX_DETECTIONS,
    classAgnosticNms: nms.class_agnostic ?? false,
  };
  if (task === 'classification') return { ...thresholds, decoderOptions: {}, ...classification(stated) };
  if (config !== undefined && config !== null && config.type !== 'nms') {
    throw contentError(INFERENCE_CONFIG, `post_processing is ${config.type}, which is none of ${task}`);
  }
  const suppressed = (config?.fused ?? false) || fused !== undefined;
  const detr = architecture.name === 'rfdetr';
  return {
    ...thresholds,
    decoder: suppressed && !detr ? 'end2end' : architecture.decoder,
    decoderOptions: detr && background.length > 0 ? { backgroundClasses: background } : {},
    // RF-DETR's best scores are taken over all queries and classes.
    multiLabel: detr,
  };
}

function classification({
  config,
  multiLabel,
  architecture,
}: StatedPostprocessing): Pick<Postprocessing, 'decoder' | 'multiLabel'> {
  if (config?.type === 'nms') throw contentError(INFERENCE_CONFIG, 'post_processing of a classifier is nms');
  if (config?.type === 'sigmoid')
    return { decoder: config.fused ? 'probabilities' : 'sigmoid', multiLabel: true };
  if (config?.type === 'softmax')
    return { decoder: config.fused ? 'probabilities' : 'softmax', multiLabel: false };
  // Roboflow's classic server takes the scores of any number of labels as they come.
  if (multiLabel) return { decoder: 'probabilities', multiLabel: true };
  return { decoder: architecture.name.startsWith('yolo') ? 'auto' : architecture.decoder, multiLabel: false };
}
