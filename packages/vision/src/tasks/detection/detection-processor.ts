import { CareError } from '@care/registry-core';
import type { ModelPackage } from '@care/registry-core';
import { imagePreprocessor } from '../../preprocess/image-preprocessor.js';
import { describeSpec, inputLayout } from '../../preprocess/input-layout.js';
import { boxToImage } from '../../preprocess/resize-geometry.js';
import type { ResizeGeometry } from '../../preprocess/resize-geometry.js';
import { postprocessSettings } from '../postprocess-settings.js';
import type { Box, DetectionPrediction, SessionSignature, TaskProcessor } from '../task.js';
import { Candidates } from './candidates.js';
import { chooseDecoder } from './choose-decoder.js';
import { byScore, nonMaximumSuppression } from './nms.js';

export type DetectionProcessor = TaskProcessor<DetectionPrediction, ResizeGeometry>;

/** @throws CareError MODEL_INCOMPATIBLE */
export function detectionProcessor(
  model: ModelPackage,
  variantId: string,
  signature: SessionSignature,
): DetectionProcessor {
  const variant = model.variants.find(({ id }) => id === variantId);
  if (variant === undefined) {
    throw new CareError('MODEL_INCOMPATIBLE', `model ${model.modelId} has no variant ${variantId}`, {
      remedy: `Choose one of ${model.variants.map(({ id }) => id).join(', ')}.`,
    });
  }
  const input = inputLayout(model, signature.inputs);
  const decoder = chooseDecoder({ model, variant, signature, input });
  const extraInputs = decoder.extraInputs ?? {};
  const unfed = signature.inputs.filter(
    ({ name }) => name !== input.name && !Object.hasOwn(extraInputs, name),
  );
  if (unfed.length > 0) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `model ${model.modelId} wants inputs that detection does not know: ${unfed.map(describeSpec).join(', ')}`,
      { remedy: 'Export the model with the image as its only input.' },
    );
  }
  const preprocessor = imagePreprocessor(model, input);
  const candidates = new Candidates();
  return {
    preprocess(frame) {
      const { tensor, geometry } = preprocessor.run(frame);
      return { inputs: { [input.name]: tensor, ...extraInputs }, geometry };
    },
    postprocess(outputs, geometry, options) {
      const settings = postprocessSettings(options, model.postprocessing);
      candidates.clear();
      decoder.decode(outputs, settings, candidates);
      const order = decoder.final
        ? byScore(candidates.scores).slice(0, settings.maxDetections)
        : nonMaximumSuppression(candidates, {
            iou: settings.iou,
            classAgnostic: settings.classAgnosticNms,
            maxDetections: settings.maxDetections,
          });
      return order.flatMap((index) => predictionAt(index, candidates, geometry, model.classNames));
    },
  };
}

/** None when nothing of the box lies on the image (it was in the padding). */
function predictionAt(
  index: number,
  { boxes, scores, classIds }: Candidates,
  geometry: ResizeGeometry,
  classNames: readonly string[],
): DetectionPrediction[] {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.slice(index * 4, index * 4 + 4);
  const box = clampBox(boxToImage([x1, y1, x2, y2], geometry), geometry.image.width, geometry.image.height);
  if (!(box[2] > box[0] && box[3] > box[1])) return [];
  const classId = classIds[index] ?? 0;
  return [{ class: classNames[classId] ?? '', classId, confidence: scores[index] ?? 0, box }];
}

function clampBox([x1, y1, x2, y2]: Box, width: number, height: number): Box {
  const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, value));
  return [clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height)];
}
