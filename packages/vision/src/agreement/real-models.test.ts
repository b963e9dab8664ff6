import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floatSpec, modelPackage } from '../model-package.fixture.js';
import { openOrt } from '../tasks/ort-session.fixture.js';
import { TEST_ASSETS } from '../test-assets.fixture.js';
import { compareModels } from './compare-models.js';
import type { ComparableModel } from './model-agreement.js';

const title = `a real int8 export that lost its scores${TEST_ASSETS === undefined ? ' (skipped: no CARE_TEST_ASSETS)' : ''}`;

/** Ultralytics' YOLO11n-pose as int8; PROVENANCE.md of the assets tells what is wrong with the one that is broken. */
async function poseModel(file: string): Promise<ComparableModel & AsyncDisposable> {
  const session = await openOrt(join(TEST_ASSETS ?? '', 'models', file));
  const model = modelPackage({
    task: 'pose-estimation',
    classNames: ['person'],
    inputSize: { width: 640, height: 640 },
    exporterMetadata: { task: 'pose', stride: '32', names: "{0: 'person'}", kpt_shape: '[17, 3]' },
  });
  return {
    package: { ...model, variants: model.variants.map((variant) => ({ ...variant, precision: 'int8' })) },
    servedBy: { variant: 'onnx' },
    inputs: [floatSpec('images', 1, 3, 640, 640)],
    outputs: [floatSpec('output0', 1, 56, 8400)],
    infer: async (inputs) => ({ outputs: await session.run(inputs) }),
    [Symbol.asyncDispose]: () => session.release(),
  };
}

describe.skipIf(TEST_ASSETS === undefined)(title, () => {
  const folder = join(TEST_ASSETS ?? '', 'images', 'pose', 'images');
  const photos = () =>
    readdirSync(folder)
      .slice(0, 3)
      .map((name) => join(folder, name));

  it('is broken, and told why', async () => {
    await using good = await poseModel('yolo11n-pose_int8.onnx');
    await using broken = await poseModel('yolo11n-pose_int8_broken-scores.onnx');
    const found = await compareModels(good, broken, photos());
    expect(found.verdict).toBe('broken');
    expect(found.predictions.reference.count).toBeGreaterThan(0);
    // numpy.unique of the first three outputs in onnxruntime 1.32 (Python): 253, 248 and 252 different numbers, 2.7117 apart.
    expect(found.reasons[0]).toMatch(
      /^finds nothing in 3 of 3 pictures where the reference finds \d+ objects: every class score is 0; boxes and scores seem to share one output scale \(25\d different numbers, 2\.71 apart\)/,
    );
    // The person's score and the confidences of 17 keypoints.
    const flat = found.tensors.outputs[0]?.channels?.flat.candidate.map(({ channel }) => channel);
    expect(flat).toEqual([4, ...Array.from({ length: 17 }, (_, index) => 7 + 3 * index)]);
    // Nothing is found by either, but no model gives one score to a whole grid.
    const alone = await compareModels(broken, broken, photos());
    expect(alone.referenceFault).toMatch(
      /^every class score is 0; boxes and scores seem to share one output scale/,
    );
    expect(await compareModels(good, good, photos())).toMatchObject({
      verdict: 'agrees',
      reasons: [],
      predictions: { agreement: 1 },
    });
  });
});
