import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { demoPictures } from '@care/registry-demo';
import { rleFromCoco, rleIou } from '@care/vision';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TemporaryHost } from '../care-bin.fixture.js';
import { intersectionOverUnion } from './box-overlap.fixture.js';

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const wantedSchema = z.object({
  name: z.string(),
  score: z.number(),
  box: box.optional(),
  keypoints: z.array(z.tuple([z.number(), z.number(), z.number()])).optional(),
  counts: z.string().optional(),
});
const expectedSchema = z.object({
  confidence: z.number(),
  models: z.record(z.string(), z.record(z.string(), z.array(wantedSchema))),
});
const foundSchema = z.object({
  class: z.string(),
  confidence: z.number(),
  box: box.optional(),
  keypoints: z
    .array(z.object({ name: z.string(), x: z.number(), y: z.number(), confidence: z.number() }))
    .optional(),
  mask: z.object({ size: z.tuple([z.number(), z.number()]), counts: z.string() }).optional(),
});
const lineSchema = z.object({ image: z.string(), predictions: z.array(foundSchema) });
type Wanted = z.output<typeof wantedSchema>;
type Found = z.output<typeof foundSchema>;

/**
 * Answers of an independent implementation in Python (OpenCV, onnxruntime, NumPy, pycocotools):
 * `tools/demo/expect_room_tasks.py`. Decoders and fixed-point resizing differ by a grey level or two, which the coarse steps of
 * int8 models enlarge.
 */
const expected = expectedSchema.parse(
  JSON.parse(readFileSync(new URL('../fixtures/room-tasks-expected.json', import.meta.url), 'utf8')),
);

interface Tolerance {
  readonly score: number;
  readonly boxIou: number;
  readonly maskIou: number;
  /** As a part of the box's diagonal. */
  readonly joint: number;
}
const EXACT: Tolerance = { score: 0.015, boxIou: 0.97, maskIou: 0.95, joint: 0.01 };
const COARSE: Tolerance = { score: 0.06, boxIou: 0.85, maskIou: 0.85, joint: 0.05 };

const overlap = (a: Found, { box: wanted }: Wanted): number =>
  a.box === undefined || wanted === undefined ? 0 : intersectionOverUnion(a.box, wanted);

/** The prediction that a wanted thing means: of its class, where it is. */
function counterpart(found: readonly Found[], wanted: Wanted): Found | undefined {
  const alike = found.filter((one) => one.class === wanted.name);
  return alike.toSorted((a, b) => overlap(b, wanted) - overlap(a, wanted))[0];
}

function expectAlike(found: Found, wanted: Wanted, tolerance: Tolerance): void {
  expect(Math.abs(found.confidence - wanted.score)).toBeLessThanOrEqual(tolerance.score);
  if (wanted.box === undefined) return;
  expect(overlap(found, wanted)).toBeGreaterThanOrEqual(tolerance.boxIou);
  const [x1, y1, x2, y2] = wanted.box;
  const joints = found.keypoints ?? [];
  expect(joints).toHaveLength(wanted.keypoints?.length ?? 0);
  for (const [index, [x, y]] of (wanted.keypoints ?? []).entries()) {
    const joint = joints[index];
    const far = Math.hypot((joint?.x ?? NaN) - x, (joint?.y ?? NaN) - y) / Math.hypot(x2 - x1, y2 - y1);
    expect(far).toBeLessThanOrEqual(tolerance.joint);
  }
  expect(found.mask === undefined).toBe(wanted.counts === undefined);
  if (found.mask === undefined || wanted.counts === undefined) return;
  const drawn = rleFromCoco({ size: found.mask.size, counts: wanted.counts });
  expect(rleIou(rleFromCoco(found.mask), drawn)).toBeGreaterThanOrEqual(tolerance.maskIou);
}

describe('the demo models on the bundled pictures', () => {
  it.each(
    ['room-detector', 'room-pose', 'room-segmentation', 'room-bed-state'].flatMap((id) => [
      { id, variant: 'onnx-fp32', file: `${id}-1.1.0.onnx`, tolerance: EXACT },
      { id, variant: 'onnx-int8', file: `${id}-1.1.0-int8.onnx`, tolerance: COARSE },
    ]),
  )(
    '$id $variant finds what the independent implementation finds',
    async ({ id, variant, file, tolerance }) => {
      using host = new TemporaryHost();
      const [first = ''] = await demoPictures();
      const pictures = expected.models[file] ?? {};
      const paths = Object.keys(pictures).map((name) => join(dirname(first), name));
      const confidence = id === 'room-bed-state' ? 0 : expected.confidence;
      const args = ['--model', `demo:${id}`, '--variant', variant, '--confidence', `${confidence}`, '--json'];
      const { code, lines } = await host.run(['predict', ...paths, ...args]);
      expect(code).toBe(0);
      expect(lines).toHaveLength(paths.length);
      expect(lines.length).toBeGreaterThan(0);
      for (const text of lines) {
        const { image, predictions } = lineSchema.parse(JSON.parse(text));
        const wanted = pictures[basename(image)] ?? [];
        expect(wanted.length).toBeGreaterThan(0);
        expect(predictions.map((found) => found.class).sort()).toEqual(wanted.map(({ name }) => name).sort());
        for (const one of wanted) {
          const found = counterpart(predictions, one);
          expect(found, `${image} ${one.name}`).toBeDefined();
          if (found !== undefined) expectAlike(found, one, tolerance);
        }
      }
    },
  );
});
