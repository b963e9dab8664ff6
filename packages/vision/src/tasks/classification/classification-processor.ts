import type { ModelPackage } from '@care/registry-core';
import { imagePreprocessor } from '../../preprocess/image-preprocessor.js';
import { checkInputsFed, modelContext } from '../model-context.js';
import { postprocessSettings } from '../postprocess-settings.js';
import type { ClassificationPrediction, SessionSignature, TaskProcessor } from '../task.js';
import { bestClasses } from './best-classes.js';
import { classScores } from './class-scores.js';

/** Classes that are given of an image with one label, unless the caller says how many. */
const DEFAULT_TOP_K = 5;

/**
 * One label an image: the `topK` best classes whatever they score, and only those that reach `confidence` when the caller gives
 * it. Any number of labels (`multiLabel`): every class that reaches the threshold.
 * @throws CareError MODEL_INCOMPATIBLE
 */
export function classificationProcessor(
  model: ModelPackage,
  variantId: string,
  signature: SessionSignature,
): TaskProcessor<ClassificationPrediction> {
  const context = modelContext(model, variantId, signature);
  const { input } = context;
  checkInputsFed(context);
  const read = classScores(context);
  const preprocessor = imagePreprocessor(model, input);
  return {
    batch: input.batch,
    views: (frame) => [{ frame }],
    preprocess(views) {
      const { tensor, geometries } = preprocessor.run(views);
      return { inputs: { [input.name]: tensor }, geometries };
    },
    postprocess(outputs, _geometry, options) {
      const { multiLabel, confidence, topK } = postprocessSettings(options, model.postprocessing);
      const scores = read(outputs, multiLabel);
      const least = multiLabel || options.confidence !== undefined ? confidence : 0;
      const limit = topK ?? (multiLabel ? scores.length : DEFAULT_TOP_K);
      return bestClasses(scores, Math.min(limit, options.maxDetections ?? limit), least).map((classId) => ({
        class: model.classNames[classId] ?? '',
        classId,
        confidence: scores[classId] ?? 0,
      }));
    },
  };
}
