import { CareError, type Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { classes, modelPackage } from '../model-package.fixture.js';
import { asHalf, coarse, picture, rows, scripted, type Scored } from './comparable-models.fixture.js';
import { compareModels, type CompareModelsOptions } from './compare-models.js';
import type { ModelAgreement } from './model-agreement.js';

const one: Scored = { box: [4, 4, 24, 44], classId: 0, score: 0.9 };
const two: Scored = { box: [30, 10, 60, 30], classId: 2, score: 0.6 };
const pictures = [picture(), picture(), picture()];

const compare = (
  reference: Tensor,
  candidate: Tensor | Error,
  options: CompareModelsOptions & { readonly precisionOfCandidate?: string } = {},
): Promise<ModelAgreement> =>
  compareModels(
    scripted([reference]),
    scripted([candidate], { precision: options.precisionOfCandidate ?? 'fp32' }),
    pictures,
    options,
  );

describe('compareModels', () => {
  it('agrees with itself', async () => {
    const found = await compare(rows([one, two]), rows([one, two]));
    expect(found).toMatchObject({
      verdict: 'agrees',
      reasons: [],
      precision: 'fp32',
    });
    expect(found.predictions).toMatchObject({
      measure: 'IoU',
      agreement: 1,
      telling: 3,
      reference: { count: 6 },
      candidate: { count: 6 },
    });
    expect(found.tensors).toMatchObject({ runs: 3, outputs: [{ elements: 3 * 7 * 84, unequal: 0 }] });
  });

  it('tells that one output scale took the scores', async () => {
    const right = rows([one, two]);
    const found = await compare(right, coarse(right, 2), { precisionOfCandidate: 'int8' });
    expect(found.verdict).toBe('broken');
    expect(found.reasons).toHaveLength(1);
    expect(found.reasons[0]).toMatch(
      /^finds nothing in 3 of 3 pictures where the reference finds 6 objects: every class score is 0; boxes and scores seem to share one output scale \(\d+ different numbers, 2\.00 apart\): quantise again with separate outputs/,
    );
    const swapped = await compare(coarse(right, 2), right, { precisionOfCandidate: 'int8' });
    expect(swapped.verdict).toBe('differs');
    expect(swapped.referenceFault).toMatch(
      /^finds nothing in 3 of 3 pictures where another finds 6 objects: /,
    );
    expect(swapped.reasons[0]).toMatch(/^the reference looks broken: it finds nothing in 3 of 3/);
  });

  it('tells how sure a model is that finds nothing for another reason', async () => {
    const found = await compare(rows([one]), rows([{ ...one, score: 0.11 }]));
    expect(found).toMatchObject({ verdict: 'broken' });
    expect(found.reasons[0]).toContain('its best confidence is 0.11 instead of 0.90');
  });

  it('is not broken for an object that the reference is not sure of either', async () => {
    const found = await compare(rows([{ ...one, score: 0.3 }]), rows([{ ...one, score: 0.06 }]), {
      precision: 'int8',
    });
    expect(found).toMatchObject({ verdict: 'differs', predictions: { agreement: 0, confidence: 0.25 } });
  });

  it('does not count what lies at the threshold of 0.25 against it, within the margin', async () => {
    const above = rows([one, { ...two, score: 0.254 }]);
    const below = rows([one, { ...two, score: 0.246 }]);
    const tensors = { absolute: 0.1 };
    expect(await compare(above, below, { tensors })).toMatchObject({
      verdict: 'agrees',
      predictions: { agreement: 1 },
    });
    expect(await compare(below, above, { tensors })).toMatchObject({ verdict: 'agrees' });
    // Without margin one of the two objects is missing: 2 * 1 / (2 + 1).
    const strict = await compare(above, below, { tensors, predictions: { margin: 0 } });
    expect(strict).toMatchObject({ verdict: 'differs' });
    expect(strict.predictions.agreement).toBeCloseTo(2 / 3, 10);
    expect(strict.reasons[0]).toBe(
      'finds 3 objects where the reference finds 6; they agree to 67 % (IoU), 99 % are wanted',
    );
  });

  it('measures by the precision of the coarser side', async () => {
    // IoU of 20 x 40 and the same 2 pixels aside: 18 / 22.
    const moved = rows([{ ...one, box: [6, 4, 26, 44] }]);
    const full = await compare(rows([one]), moved);
    expect(full).toMatchObject({ verdict: 'differs' });
    expect(full.predictions.agreement).toBeCloseTo(18 / 22, 5);
    expect(full.reasons).toHaveLength(2);
    expect(await compare(rows([one]), moved, { precisionOfCandidate: 'int8' })).toMatchObject({
      verdict: 'agrees',
      precision: 'int8',
      reasons: [],
    });
    expect(await compare(rows([one]), moved, { precision: 'int8' })).toMatchObject({ verdict: 'agrees' });
  });

  it('is broken when half is lost, when numbers are not finite, and when it does not answer', async () => {
    const three: Scored = { box: [2, 50, 30, 62], classId: 1, score: 0.8 };
    const lost = await compare(
      rows([one, two, three]),
      rows([{ ...one, classId: 1 }, two, { ...three, score: 0 }]),
    );
    expect(lost.predictions.agreement).toBeCloseTo(2 / 5, 10);
    expect(lost.verdict).toBe('broken');
    const right = rows([one]);
    const nan = rows([{ ...one, score: NaN }]);
    expect(await compare(right, nan)).toMatchObject({ verdict: 'broken' });
    const failure = new CareError('INFERENCE_FAILED', 'out of memory');
    expect(await compare(right, failure)).toMatchObject({
      verdict: 'broken',
      reasons: ['cannot answer a picture: out of memory'],
    });
    await expect(compareModels(scripted([failure]), scripted([right]), pictures)).rejects.toThrow(
      'out of memory',
    );
    await expect(compareModels(scripted([right]), scripted([right]), [])).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  it('goes by the numbers alone where neither finds anything', async () => {
    const found = await compare(rows([]), rows([]));
    expect(found).toMatchObject({ verdict: 'agrees', predictions: { telling: 0 } });
    expect(found.reasons).toEqual([
      'neither finds anything in these pictures, so only the numbers were compared',
    ]);
    expect(found.predictions).not.toHaveProperty('agreement');
  });

  it('reads half precision outputs', async () => {
    const right = rows([one, two]);
    const found = await compare(right, asHalf(right), { precisionOfCandidate: 'fp16' });
    expect(found).toMatchObject({
      verdict: 'agrees',
      precision: 'fp16',
      tensors: { outputs: [{ mismatches: ['type'] }] },
    });
    expect(found.predictions.agreement).toBeGreaterThan(0.99);
  });
});

describe('compareModels of classifiers', () => {
  const model = modelPackage({
    task: 'classification',
    classNames: classes(3),
    postprocessing: { decoder: 'probabilities' },
  });
  const scores = (...data: number[]): Tensor => ({
    type: 'float32',
    dims: [1, 3],
    data: Float32Array.from(data),
  });
  const compareScores = (reference: Tensor, candidate: Tensor, precision: string) =>
    compareModels(scripted([reference], { model }), scripted([candidate], { model, precision }), pictures);

  it('goes by the best class, or one that is nearly as sure', async () => {
    const right = scores(0.7, 0.2, 0.1);
    expect(await compareScores(right, scores(0.6, 0.3, 0.1), 'int8')).toMatchObject({
      verdict: 'agrees',
      predictions: { measure: 'top-1', agreement: 1 },
    });
    const wrong = await compareScores(right, scores(0.2, 0.7, 0.1), 'int8');
    expect(wrong.verdict).toBe('broken');
    expect(wrong.reasons[0]).toBe('names another class in 3 of 3 pictures');
    const near = scores(0.45, 0.35, 0.2);
    expect(await compareScores(near, scores(0.38, 0.42, 0.2), 'int8')).toMatchObject({ verdict: 'agrees' });
    expect((await compareScores(near, scores(0.38, 0.42, 0.2), 'fp32')).verdict).toBe('broken');
  });
});
