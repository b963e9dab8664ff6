import { CareError } from '@care/registry-core';
import type { KeypointSpec, ModelPackage, ModelVariant } from '@care/registry-core';
import { areCocoKeypoints, COCO_KEYPOINTS } from './coco-keypoints.js';

/**
 * Names of a model's keypoints: those of the package; else those that its exporter wrote (`kpt_names`); else COCO's when there are
 * 17; else the indices as text.
 * @throws CareError MODEL_INCOMPATIBLE when the package names another number of keypoints than the model has
 */
export function keypointNames(model: ModelPackage, variant: ModelVariant, count: number): readonly string[] {
  const stated = model.keypoints?.names;
  if (stated !== undefined && stated.length !== count) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `model ${model.modelId}: the package names ${stated.length} keypoints, the model has ${count}`,
      { remedy: 'Correct `keypoints.names` of the manifest, or leave `keypoints` out.' },
    );
  }
  const exported = exportedNames(variant);
  if (stated !== undefined) return stated;
  if (exported.length === count) return exported;
  if (count === COCO_KEYPOINTS.names.length) return COCO_KEYPOINTS.names;
  return Array.from({ length: count }, (_, index) => String(index));
}

/** `{0: ['nose', 'left_eye', ...]}` or a plain list; the first class's names. */
function exportedNames({ exporterMetadata }: ModelVariant): string[] {
  const [, list = ''] = /\[([^\]]*)\]/.exec(exporterMetadata?.kpt_names ?? '') ?? [];
  return [...list.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, single, double]) => single ?? double ?? '');
}

/** The lines to draw: those stated; COCO's for its 17 keypoints. */
export function skeletonOf(
  names: readonly string[],
  stated: KeypointSpec | undefined,
): KeypointSpec['skeleton'] {
  if (stated !== undefined && stated.skeleton.length > 0) return stated.skeleton;
  return areCocoKeypoints(names) ? COCO_KEYPOINTS.skeleton : [];
}
