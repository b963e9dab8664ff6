import type { TaskFormats } from '../task-formats.js';
import type { ClassificationPrediction } from '../task-prediction.js';

/**
 * Classes in the result formats. COCO has no results of this kind: each class is one result without `bbox`, so that scores can
 * be joined with categories by the same program as objects.
 */
export const classificationFormats: TaskFormats<ClassificationPrediction> = {
  care: labelled,
  roboflow: ({ width, height, predictions, timings, multiLabel = false }) => {
    const head = { time: timings.inference / 1000, image: { width, height } };
    if (multiLabel) {
      const named = predictions.map(({ class: name, classId, confidence }): [string, Label] => [
        name,
        { confidence, class_id: classId },
      ]);
      return {
        ...head,
        predictions: Object.fromEntries(named),
        predicted_classes: predictions.map(({ class: name }) => name),
      };
    }
    const [best] = predictions;
    return {
      ...head,
      predictions: predictions.map(labelled),
      top: best?.class ?? '',
      confidence: best?.confidence ?? 0,
    };
  },
  coco: (imageId, predictions, { categoryIds }) =>
    predictions.map(({ classId, confidence }) => ({
      image_id: imageId,
      category_id: categoryIds?.[classId] ?? classId,
      score: confidence,
    })),
};

interface Label {
  readonly class_id: number;
  readonly confidence: number;
}

function labelled({ class: name, classId, confidence }: ClassificationPrediction): Label & {
  readonly class: string;
} {
  return { class: name, class_id: classId, confidence };
}
