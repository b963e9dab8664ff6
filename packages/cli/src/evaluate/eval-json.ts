import { worstFirst, type ClassMeasure, type Measure } from '@care/vision';
import { errorReport } from '../output/print-error.js';
import type { EvalOutcome } from './eval-outcome.js';

/** What `--json` prints: all figures, nothing rounded. */
export function evalJson(outcome: EvalOutcome): object {
  const { evaluation, dataset, servedBy, failures, predictOptions } = outcome;
  const { id, version, registry, variant, backend, stale } = servedBy;
  const { confidence, iou, maxDetections, topK } = predictOptions;
  const { confusion } = evaluation;
  return {
    model: {
      ...{ id, version: version ?? null, registry, variant, backend },
      ...(stale === undefined ? {} : { stale }),
    },
    task: evaluation.task,
    data: { path: outcome.data, format: dataset.format, images: dataset.images.length },
    settings: {
      ...{ confidence, iou, max_detections: maxDetections, top_k: topK },
      working_confidence: outcome.workingConfidence,
    },
    images: evaluation.imageCount,
    objects: evaluation.truthCount,
    predictions: evaluation.predictionCount,
    measures: Object.fromEntries(evaluation.measures.map((measure) => [measure.name, measureJson(measure)])),
    confusion: {
      classes: confusion.classes.map((entry) => ({ class: entry.class, class_id: entry.classId })),
      rows: confusion.rows,
      missed: confusion.missed,
      unfounded: confusion.unfounded,
    },
    worst_first: worstFirst(evaluation.images).map(({ id: image, score, mistakes, note }) => ({
      image: outcome.images.find((evaluated) => evaluated.id === image)?.name ?? image,
      ...{ score, mistakes, note },
    })),
    failures: failures.map(({ name, error }) => {
      const { code, message, remedy } = errorReport(error);
      return { image: name, error: { code, message, remedy } };
    }),
    warnings: outcome.warnings,
    elapsed_ms: outcome.elapsedMs,
  };
}

function measureJson({ figures, perClass }: Measure): object {
  return { figures, per_class: perClass.map(classJson) };
}

function classJson({ class: name, classId, truthCount, predictionCount, figures }: ClassMeasure): object {
  return { class: name, class_id: classId, objects: truthCount, predictions: predictionCount, figures };
}
