import { CareError } from '@care/registry-core';
import { confusionOf } from '../../evaluate/confusion.js';
import { evaluateClassification } from '../../evaluate/evaluate-classification.js';
import { foundMeasure } from '../../evaluate/found-measure.js';
import type { Outcome } from '../../evaluate/object-outcomes.js';
import type {
  EvaluationFacts,
  ImageScore,
  LabelledImage,
  LabelledObject,
  TaskEvaluator,
} from '../task-evaluation.js';
import type { ClassificationPrediction } from '../task-prediction.js';

/** Top-1 and top-5 accuracy of pictures with one right class. */
export const classificationEvaluator: TaskEvaluator<ClassificationPrediction> = {
  truth: 'class',
  predictOptions: { confidence: 0, topK: 5 },
  evaluate(images, facts) {
    const { classNames } = facts;
    const { top1, top5 } = evaluateClassification({
      images: images.map((image) => ({
        imageId: image.id,
        classId: rightClass(image),
        predictions: image.predictions.map(({ classId, confidence }) => ({ classId, score: confidence })),
      })),
    });
    const outcomes = images.map((image): Outcome => {
      const predicted = bestOf(image)?.classId;
      return { truth: rightClass(image), ...(predicted === undefined ? {} : { predicted }) };
    });
    const { perClass } = foundMeasure(outcomes, classNames, '');
    return {
      task: 'classification',
      imageCount: images.length,
      truthCount: images.length,
      predictionCount: images.filter((image) => bestOf(image) !== undefined).length,
      measures: [{ name: 'class', title: 'classes', figures: { top1, top5 }, perClass }],
      confusion: confusionOf(outcomes, classNames),
      images: images.map((image) => imageScore(image, facts)),
    };
  },
  agreement: (a, b) => (a[0]?.classId === b[0]?.classId ? 1 : 0),
  asPredictions: (truths, { classNames }) =>
    truths.map(({ classId }) => ({
      class: classNames[classId] ?? String(classId),
      classId,
      confidence: 1,
    })),
};

/** Below 0.5 when wrong, the lower the surer the model was; above when right. */
function imageScore(
  image: LabelledImage<ClassificationPrediction>,
  { classNames }: EvaluationFacts,
): ImageScore {
  const { id } = image;
  const best = bestOf(image);
  const wanted = rightClass(image);
  if (best === undefined) return { id, score: 0.5, mistakes: 1, note: 'no class' };
  if (best.classId === wanted) {
    return { id, score: (1 + best.confidence) / 2, mistakes: 0, note: `right, ${percent(best)}` };
  }
  const note = `${best.class} ${percent(best)}, is ${classNames[wanted] ?? String(wanted)}`;
  return { id, score: (1 - best.confidence) / 2, mistakes: 1, note };
}

function percent({ confidence }: ClassificationPrediction): string {
  return `${Math.round(confidence * 100)} %`;
}

function bestOf({
  predictions,
}: LabelledImage<ClassificationPrediction>): ClassificationPrediction | undefined {
  return predictions.toSorted((a, b) => b.confidence - a.confidence)[0];
}

function rightClass({ id, truths }: LabelledImage): number {
  const [truth, ...more]: readonly LabelledObject[] = truths;
  if (truth !== undefined && more.length === 0) return truth.classId;
  throw new CareError(
    'INPUT_INVALID',
    `picture ${JSON.stringify(id)} has ${truths.length} classes; exactly one is wanted`,
    { remedy: 'Evaluate a classifier with pictures of one class each.' },
  );
}
