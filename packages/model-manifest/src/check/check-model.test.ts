import type { JsonObject } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { PREDECESSOR_MANIFEST } from '../manifest/manifest.fixture.js';
import { manifestSchema } from '../manifest/manifest-schema.js';
import { factsOf, ultralyticsMetadata } from '../onnx/facts.fixture.js';
import type { OnnxFacts } from '../onnx/onnx-facts.js';
import { checkManifestAgainstModel } from './check-model.js';

/** Problems as `path severity: found -> expected`. */
function check(facts: OnnxFacts, change: JsonObject = {}): string[] {
  const manifest = manifestSchema.parse({ ...PREDECESSOR_MANIFEST, ...change });
  const locate = (path: readonly (string | number)[]) => ({ jsonPath: path.join('.') });
  return checkManifestAgainstModel(manifest, facts, { file: 'm.json', locate }).map(
    ({ jsonPath, severity, found, expected }) => `${jsonPath} ${severity}: ${found} -> ${expected}`,
  );
}

const IMAGE = { images: [1, 3, 320, 320] };
const classes = (count: number) => ({
  class_names: Array.from({ length: count }, (_, index) => `c${index}`),
});

describe('image input', () => {
  it('agrees when sizes are the same or open', async () => {
    expect(check(await factsOf(IMAGE, { out: [1, 7, 2100] }))).toEqual([]);
    expect(check(await factsOf({ images: ['n', 3, 'h', 'w'] }, { out: [1, 7, 'a'] }))).toEqual([]);
    expect(check(await factsOf({ images: [1, 320, 320, 3] }, { out: [1, 7, 2100] }))).toEqual([]);
  });

  it('tells another size, and swapped sides', async () => {
    const facts = await factsOf({ images: [1, 3, 320, 640] }, { out: [1, 7, 2100] });
    expect(check(facts)).toEqual([
      "input_size error: [320,320] -> [320, 640], as the model's input images 1x3x320x640 says",
    ]);
    expect(check(facts, { input_size: [640, 320] })[0]).toContain('height comes first');
  });

  it('tells a model without an image input, or with two', async () => {
    expect(check(await factsOf({ tokens: [1, 128] }, { out: [1, 7, 2100] }))[0]).toContain(
      'tokens 1x128 float32',
    );
    expect(check(await factsOf({ ...IMAGE, mask: [1, 1, 320, 320] }, { out: [1, 7, 2100] }))[0]).toContain(
      'exactly one input',
    );
    // RT-DETR's second input holds sizes, not an image.
    expect(
      check(
        await factsOf(
          { ...IMAGE, orig_target_sizes: [1, 2] },
          { labels: [1, 300], boxes: [1, 300, 4], scores: [1, 300] },
        ),
      ),
    ).toEqual([]);
  });

  it('tells channels that do not fit the colour', async () => {
    const gray = await factsOf({ images: [1, 1, 320, 320] }, { out: [1, 7, 2100] });
    expect(check(gray)).toHaveLength(1);
    expect(check(gray, { preprocessing: { color: 'gray' } })).toEqual([]);
  });
});

describe('number of classes against the output', () => {
  it.each<[string, Record<string, readonly (number | string)[]>, JsonObject, number, number]>([
    ['YOLOv8', { out: [1, 84, 8400] }, {}, 80, 79],
    ['YOLOv8 transposed', { out: [1, 8400, 84] }, { postprocessing: { decoder: 'yolov8' } }, 80, 81],
    ['YOLOv5', { out: [1, 25200, 85] }, { postprocessing: { decoder: 'yolov5' } }, 80, 81],
    ['YOLOX', { out: [1, 3549, 85] }, { postprocessing: { decoder: 'yolox' } }, 80, 1],
    [
      'YOLOv8 segmentation',
      { out: [1, 116, 2100], protos: [1, 32, 80, 80] },
      { task_type: 'instance-segmentation' },
      80,
      81,
    ],
    [
      'pose of COCO',
      { out: [1, 56, 8400] },
      { task_type: 'pose-estimation', keypoints: { names: Array.from({ length: 17 }, (_, i) => `k${i}`) } },
      1,
      2,
    ],
    [
      'pose without visibility',
      { out: [1, 39, 8400] },
      {
        task_type: 'keypoint-detection',
        keypoints: { names: Array.from({ length: 17 }, (_, i) => `k${i}`) },
      },
      1,
      2,
    ],
    ['classification', { out: [1, 1000] }, { task_type: 'classification' }, 1000, 1001],
    ['classification of [N, C, 1, 1]', { out: ['n', 7, 1, 1] }, { task_type: 'classification' }, 7, 6],
    ['classification of [N, 1, C]', { out: ['n', 1, 7] }, { task_type: 'classification' }, 7, 8],
    ['classification by one score', { out: ['n', 1] }, { task_type: 'classification' }, 1, 3],
    [
      'classification beside a map',
      { out: [1, 7], map: [1, 64, 7, 7] },
      { task_type: 'classification' },
      7,
      8,
    ],
  ])('%s', async (_name, outputs, change, right, wrong) => {
    const facts = await factsOf(IMAGE, outputs);
    expect(check(facts, { ...change, ...classes(right) })).toEqual([]);
    const problems = check(facts, { ...change, ...classes(wrong) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^class_names error: ${wrong} class names -> .*\\b${right}\\b`));
  });

  it('finds the scores among several outputs, and one score for two classes', async () => {
    const classification = { task_type: 'classification' } as const;
    const several = await factsOf(IMAGE, { features: [1, 512], out: [1, 7] });
    expect(check(several, { ...classification, ...classes(7) })).toEqual([]);
    const open = await factsOf(IMAGE, { out: [1, 'classes'] });
    expect(check(open, { ...classification, ...classes(7) })).toEqual([]);
    const yesOrNo = await factsOf(IMAGE, { out: [1, 1] });
    expect(check(yesOrNo, { ...classification, ...classes(2) })).toEqual([]);
  });

  it('takes keypoints from the exporter when the manifest has none', async () => {
    const facts = await factsOf(
      IMAGE,
      { out: [1, 56, 8400] },
      ultralyticsMetadata('pose', "{0: 'p'}", { kpt_shape: '[17, 3]' }),
    );
    expect(check(facts, { task_type: 'pose-estimation', ...classes(1) })).toEqual([]);
    expect(check(facts, { task_type: 'pose-estimation', ...classes(2) })).toHaveLength(1);
  });

  it.each([
    ['pose-estimation', { out: [1, 84, 8400] }, 80],
    ['keypoint-detection', { out: [1, 300, 6] }, 1],
    ['instance-segmentation', { out: [1, 25200, 85] }, 80],
  ])('tells a detector that is said to do %s', async (task, outputs, count) => {
    const problems = check(await factsOf(IMAGE, outputs), { task_type: task, ...classes(count) });
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^task_type error: "${task}" -> "object-detection", or`)),
    ]);
  });

  it.each([
    ['heatmaps', { heatmaps: ['n', 17, 64, 48] }],
    ['SimCC vectors', { simcc_x: [1, 17, 640], simcc_y: [1, 17, 640] }],
  ])('tells %s of another number of keypoints than the manifest names', async (_name, outputs) => {
    const names = (count: number) => ({ names: Array.from({ length: count }, (_, i) => `k${i}`) });
    const pose = { task_type: 'pose-estimation', ...classes(1) };
    const facts = await factsOf(IMAGE, outputs);
    expect(check(facts, pose)).toEqual([]);
    expect(check(facts, { ...pose, keypoints: names(17) })).toEqual([]);
    expect(check(facts, { ...pose, keypoints: names(21) })).toEqual([
      expect.stringMatching(/^keypoints.names error: 21 keypoint names -> 17, as/),
    ]);
  });

  it('leaves keypoints of an unknown number alone', async () => {
    const facts = await factsOf(IMAGE, { out: [1, 56, 8400] });
    expect(check(facts, { task_type: 'pose-estimation', ...classes(1) })).toEqual([]);
  });

  it('tells a named decoder that cannot read the output', async () => {
    const facts = await factsOf(IMAGE, { out: [1, 300, 6] });
    expect(check(facts, { postprocessing: { decoder: 'end2end' } })).toEqual([]);
    expect(check(facts, { postprocessing: { decoder: 'yolov8' } })).toHaveLength(1);
    const other = await factsOf(IMAGE, { out: [1, 300, 9] });
    expect(check(other, { postprocessing: { decoder: 'end2end' } })[0]).toContain(
      'postprocessing.decoder error: "end2end"',
    );
    expect(check(other, { postprocessing: { decoder: 'of-a-plugin' } })).toEqual([]);
  });

  it('judges nothing that is in doubt', async () => {
    for (const outputs of [
      { out: [1, 300, 6] }, // end to end: says nothing of the number of classes
      { logits: [1, 300, 91], boxes: [1, 300, 4] }, // DETR
      { out: [1, 'c', 'n'] },
      { out: [1, 10, 12] },
      { a: [1, 80, 80, 255], b: [1, 40, 40, 255] },
    ]) {
      expect(check(await factsOf(IMAGE, outputs))).toEqual([]);
    }
  });
});

describe('opset', () => {
  it('refuses what no runtime reads, and warns of what is newer than known', async () => {
    const outputs = { out: [1, 7, 2100] };
    expect(check(await factsOf(IMAGE, outputs, {}, 6))).toEqual([
      expect.stringContaining('model_path error: a model of opset 6'),
    ]);
    expect(check(await factsOf(IMAGE, outputs, {}, 99))).toEqual([
      expect.stringContaining('model_path warning: a model of opset 99'),
    ]);
    expect(check(await factsOf(IMAGE, outputs, {}, 7))).toEqual([]);
  });
});
