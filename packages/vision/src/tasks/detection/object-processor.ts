import { CareError } from '@care/registry-core';
import type { ModelPackage, Tensor } from '@care/registry-core';
import { imagePreprocessor } from '../../preprocess/image-preprocessor.js';
import type { InputLayout } from '../../preprocess/input-layout.js';
import { boxToImage } from '../../preprocess/resize-geometry.js';
import type { ResizeGeometry } from '../../preprocess/resize-geometry.js';
import { checkInputsFed, modelContext } from '../model-context.js';
import { postprocessSettings } from '../postprocess-settings.js';
import type { Box, DetectionPrediction, SessionSignature, TaskProcessor } from '../task.js';
import { Candidates } from './candidates.js';
import { chooseDecoder } from './choose-decoder.js';
import type { BoundDecoder, DecoderContext } from './decoder.js';
import { byScore, nonMaximumSuppression } from './nms.js';

/** Outputs of one image and the candidates that were read in them. */
export interface ObjectOutputs {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly candidates: Candidates;
  readonly geometry: ResizeGeometry;
}

/** Adds what a task knows of an object besides its box; `index` is that of its candidate. Undefined drops the object. */
export type CompleteObject<Prediction> = (
  object: DetectionPrediction,
  index: number,
) => Prediction | undefined;

/**
 * The processor of tasks that find objects: preprocessing, decoding, suppression, boxes in the original. `complete` is called
 * once for each image and then for each object that is kept.
 * @throws CareError MODEL_INCOMPATIBLE
 */
export function objectProcessor<Prediction extends DetectionPrediction>(
  model: ModelPackage,
  variantId: string,
  signature: SessionSignature,
  bind: (
    context: DecoderContext,
    decoder: BoundDecoder,
  ) => (image: ObjectOutputs) => CompleteObject<Prediction>,
): TaskProcessor<Prediction> {
  const context = modelContext(model, variantId, signature);
  const { input } = context;
  const decoder = chooseDecoder(context);
  const complete = bind(context, decoder);
  checkInputsFed(context, decoder.extraInputs?.(1));
  const batch = decoder.batchable === false ? singleImage(model, input) : input.batch;
  const preprocessor = imagePreprocessor(model, input);
  const candidates = new Candidates();
  return {
    batch,
    views: (frame) => [{ frame }],
    preprocess(views) {
      const { tensor, geometries } = preprocessor.run(views);
      const extra = decoder.extraInputs?.(tensor.dims[0] ?? 1, geometries) ?? {};
      return { inputs: { [input.name]: tensor, ...extra }, geometries };
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
      const completeObject = complete({ outputs, candidates, geometry });
      return order.flatMap((index) => {
        const object = objectAt(index, candidates, geometry, model.classNames);
        return object === undefined ? [] : (completeObject(object, index) ?? []);
      });
    },
  };
}

function singleImage(model: ModelPackage, { batch }: InputLayout): 1 {
  if (batch === undefined || batch === 1) return 1;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId} has a fixed batch of ${batch} and one list of rows for all its images`,
    { remedy: 'Export the model with batch 1.' },
  );
}

/** Undefined when nothing of the box lies on the image (it was in the padding). */
function objectAt(
  index: number,
  { boxes, scores, classIds }: Candidates,
  geometry: ResizeGeometry,
  classNames: readonly string[],
): DetectionPrediction | undefined {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.slice(index * 4, index * 4 + 4);
  const box = clampBox(boxToImage([x1, y1, x2, y2], geometry), geometry.image.width, geometry.image.height);
  if (!(box[2] > box[0] && box[3] > box[1])) return undefined;
  const classId = classIds[index] ?? 0;
  return { class: classNames[classId] ?? '', classId, confidence: scores[index] ?? 0, box };
}

function clampBox([x1, y1, x2, y2]: Box, width: number, height: number): Box {
  const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, value));
  return [clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height)];
}
