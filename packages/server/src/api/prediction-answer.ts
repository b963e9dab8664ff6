import type { ModelSignature, Prediction } from '@care/model-manager';
import { cocoCategoryIdsFor, toCareJson, toCocoResults, toRoboflowResponse } from '@care/vision';
import type { AnswerFormat } from './predict-options.js';

/** A prediction as the client wants it. */
export function predictionAnswer(
  image: string,
  prediction: Prediction,
  format: AnswerFormat,
  signature: ModelSignature | undefined,
): object {
  switch (format) {
    case 'care': {
      const answer = toCareJson(image, prediction);
      const { sha256, device } = prediction.model;
      return { ...answer, model: { ...answer.model, device, sha256 } };
    }
    case 'roboflow':
      return toRoboflowResponse({ ...prediction, multiLabel: signature?.multiLabel ?? false });
    case 'coco': {
      const categoryIds = signature === undefined ? undefined : cocoCategoryIdsFor(signature.classNames);
      return toCocoResults(image, prediction, categoryIds === undefined ? {} : { categoryIds });
    }
  }
}
