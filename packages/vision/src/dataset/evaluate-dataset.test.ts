import { CareError, isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { modelPackage } from '../model-package.fixture.js';
import type {
  ClassificationPrediction,
  DetectionPrediction,
  PredictOptions,
  TaskPrediction,
} from '../tasks/task.js';
import type { Dataset, DatasetClass } from './dataset.js';
import { evaluateDataset, type EvaluableModel } from './evaluate-dataset.js';

const size = { width: 100, height: 100 };
const box = [10, 10, 50, 50] as const;

/** Pictures named `0`, `1`, ... with one object each, of class `place % 2`. */
function boxes(
  count: number,
  classes: readonly DatasetClass[] = [0, 1].map((id) => ({ id, names: [] })),
): Dataset {
  return {
    ...{ format: 'yolo', path: 'data', truth: 'box', classes, notes: [] },
    images: Array.from({ length: count }, (_, place) => ({
      ...{ id: String(place), name: String(place), path: `data/${place}` },
      truths: () => [{ classId: place % 2, box }],
    })),
  };
}

function modelThat(
  answer: (path: string, options: PredictOptions & { signal?: AbortSignal }) => readonly TaskPrediction[],
  changes: Parameters<typeof modelPackage>[0] = {},
): EvaluableModel {
  return {
    package: modelPackage(changes),
    predict: async (path, options) => {
      await Promise.resolve();
      return { ...size, predictions: answer(path, options) };
    },
  };
}

/** Without the signal, which is another each time. */
const plain = (options: object): object =>
  JSON.parse(JSON.stringify({ ...options, signal: undefined })) as object;

const right = (path: string): DetectionPrediction[] => {
  const classId = Number(path.split('/')[1]) % 2;
  return [{ class: '', classId, confidence: 0.9, box }];
};
const figures = ({ evaluation }: Awaited<ReturnType<typeof evaluateDataset>>) =>
  evaluation.measures[0]?.figures;

describe('evaluateDataset', () => {
  it('predicts every picture with the settings of evaluation, in the order of the data set', async () => {
    const seen: unknown[] = [];
    const model = modelThat((path, { signal, ...options }) => {
      seen.push(options);
      expect(signal?.aborted).toBe(false);
      return right(path);
    });
    const done: number[] = [];
    const result = await evaluateDataset(model, boxes(9), { onImage: (count) => done.push(count) });
    expect(figures(result)).toMatchObject({ mAP50_95: 1 });
    expect(result.images.map(({ name }) => name)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen[0]).toEqual({ confidence: 0.001, maxDetections: 300, iou: 0.45 });
    expect([result.workingConfidence, result.warnings]).toEqual([0.25, []]);
  });

  it('lets the caller set what counts', async () => {
    const seen: unknown[] = [];
    const model = modelThat((path, options) => (seen.push(plain(options)), right(path)));
    const options = { confidence: 0.1, iou: 0.7, maxDetections: 5, limit: 3, workingConfidence: 0.95 };
    const result = await evaluateDataset(model, boxes(9), options);
    expect([seen.length, seen[0]]).toEqual([3, { confidence: 0.1, iou: 0.7, maxDetections: 5 }]);
    expect(result.images[0]).toMatchObject({ name: '0' });
    expect(result.evaluation.images[0]?.note).toBe('0 found, 1 missed, 0 false');
  });

  it('keeps as many pictures under way as it may', async () => {
    let [running, most] = [0, 0];
    const model: EvaluableModel = {
      package: modelPackage(),
      predict: async (path) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return { ...size, predictions: right(path) };
      },
    };
    await evaluateDataset({ ...model, stats: { workers: 2 } }, boxes(20));
    expect(most).toBe(5);
  });

  it('leaves a broken picture out, and reports it', async () => {
    const model = modelThat((path) => {
      if (path.endsWith('/1')) throw new CareError('IMAGE_INVALID', 'damaged');
      return right(path);
    });
    const result = await evaluateDataset(model, boxes(4));
    expect(result.failures.map(({ name }) => name)).toEqual(['1']);
    expect([result.evaluation.imageCount, figures(result)?.mAP50]).toEqual([3, 1]);
  });

  it('stops at what is no fault of a picture', async () => {
    let calls = 0;
    const model = modelThat(() => {
      calls++;
      throw new CareError('MODEL_INCOMPATIBLE', 'no decoder');
    });
    await expect(evaluateDataset(model, boxes(50), { concurrency: 2 })).rejects.toThrow('no decoder');
    expect(calls).toBeLessThan(5);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    const model = modelThat((path) => {
      if (path.endsWith('/3')) stop.abort();
      return right(path);
    });
    const work = evaluateDataset(model, boxes(500), { signal: stop.signal, concurrency: 1 });
    await expect(work).rejects.toSatisfy((error) => isCareError(error, 'ABORTED'));
  });

  it('says that a model without any prediction is broken, and one that is never right suspicious', async () => {
    const silent = await evaluateDataset(
      modelThat(() => []),
      boxes(3),
    );
    expect(figures(silent)).toMatchObject({ mAP50_95: 0 });
    expect(silent.warnings.join()).toContain('broken');
    const wrong = await evaluateDataset(
      modelThat(() => [{ class: '', classId: 2, confidence: 0.9, box }]),
      boxes(3),
    );
    expect(wrong.warnings.join()).toContain('None of 3 predictions is right');
  });

  it('leaves out classes that the model does not have, and predictions of classes that are not labelled', async () => {
    const classes = [
      { id: 0, names: ['unicorn'] },
      { id: 1, names: ['b'] },
    ];
    const model = modelThat(() => [
      { class: 'b', classId: 1, confidence: 0.9, box },
      { class: 'c', classId: 2, confidence: 0.8, box },
    ]);
    const { evaluation, warnings } = await evaluateDataset(model, boxes(2, classes));
    expect(warnings).toEqual(['1 class of the data set the model does not have, left out: unicorn.']);
    expect(evaluation.images.map(({ note }) => note)).toEqual([
      '0 found, 0 missed, 1 false',
      '1 found, 0 missed, 0 false',
    ]);
  });

  it('asks a classifier for its five best classes, and skips pictures of classes that it does not have', async () => {
    const seen: unknown[] = [];
    const answer: ClassificationPrediction[] = [{ class: 'a', classId: 0, confidence: 0.9 }];
    const model = modelThat((_, options) => (seen.push(plain(options)), answer), {
      task: 'classification',
    });
    const dataset: Dataset = {
      ...boxes(2, [
        { id: 0, names: ['a'] },
        { id: 1, names: ['unicorn'] },
      ]),
      truth: 'class',
    };
    const { evaluation } = await evaluateDataset(model, dataset);
    expect(seen).toEqual([{ confidence: 0, topK: 5 }]);
    expect(evaluation.measures[0]?.figures).toEqual({ top1: 1, top5: 1 });
  });

  it('refuses labels of another kind', async () => {
    const work = evaluateDataset(modelThat(right, { task: 'classification' }), boxes(1));
    await expect(work).rejects.toSatisfy((error) => isCareError(error, 'INPUT_INVALID'));
  });
});
