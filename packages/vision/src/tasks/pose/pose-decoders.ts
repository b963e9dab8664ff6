import { CareError } from '@care/registry-core';
import type { ModelPackage } from '@care/registry-core';
import { statedDecoder } from '../detection/choose-decoder.js';
import type { ModelContext } from '../model-context.js';
import { heatmap } from './top-down/heatmap.js';
import { simcc } from './top-down/simcc.js';
import type { BoundTopDownDecoder, TopDownDecoder } from './top-down/top-down-decoder.js';

const TOP_DOWN: readonly TopDownDecoder[] = [heatmap, simcc];

/** Decoders of detection whose rows have room for keypoints; YOLOX's would be grid offsets that nobody exports alike. */
const BOTTOM_UP: readonly string[] = ['yolov8', 'end2end', 'yolov5'];

/** Names that `postprocessing.decoder` of a pose package may have. */
export const POSE_DECODERS: readonly string[] = ['auto', ...BOTTOM_UP, ...TOP_DOWN.map(({ name }) => name)];

/** @throws CareError MODEL_INCOMPATIBLE when the package names a decoder that reads no keypoints */
export function checkPoseDecoderName(model: ModelPackage): void {
  const name = model.postprocessing.decoder.toLowerCase();
  if (topDownNamed(name) !== undefined) return;
  const stated = statedDecoder(model);
  if (stated === undefined || BOTTOM_UP.includes(stated.name)) return;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: the output decoder ${JSON.stringify(name)} reads no keypoints`,
    { remedy: `Set \`postprocessing.decoder\` of the manifest to one of ${POSE_DECODERS.join(', ')}.` },
  );
}

/**
 * The top-down decoder that the package names, or whose outputs the model has beyond doubt; undefined for models that find all
 * persons at once.
 * @throws CareError MODEL_INCOMPATIBLE when the named one does not fit
 */
export function chooseTopDownDecoder(context: ModelContext): BoundTopDownDecoder | undefined {
  const name = context.model.postprocessing.decoder.toLowerCase();
  const decoder =
    name === 'auto'
      ? TOP_DOWN.find((candidate) => candidate.doubt(context) === undefined)
      : topDownNamed(name);
  return decoder?.bind(context);
}

function topDownNamed(name: string): TopDownDecoder | undefined {
  return TOP_DOWN.find((decoder) => decoder.name === name || decoder.aliases.includes(name));
}
