// What reading a model's outputs costs: boxes of each layout, suppression, masks, keypoints, classes.
import { nonMaximumSuppression } from '@care/vision';
import { median, rounded } from './overhead/statistics.mjs';
import { CLASSIFICATION, DETECTION_LAYOUTS, POSE, POSE_BOXES, SEGMENTATION } from './postprocess/layouts.mjs';
import { postprocessor } from './postprocess/postprocessor.mjs';
import { suppressionOf } from './postprocess/suppression.mjs';

const CANDIDATES = [100, 1000, 8400];

/**
 * Interleaved rounds of all measurements: each is timed once a round, so that whatever slows the machine slows them alike.
 *
 * @param {{ rounds?: number, warmup?: number }} options
 * @returns figures: medians. `decode` is in nanoseconds an anchor (row or query) of the layout with ten objects in a 1280 x 720 frame, boxes in
 * the original included; `nms` in nanoseconds a candidate; `segmentation.ns_per_pixel` is what masks add to boxes, over the pixels of the
 * original within the boxes, `segmentation.ms` the same for all ten; `pose.ns_per_keypoint` likewise; classification of
 * 1000 logits in nanoseconds a class.
 */
async function run({ rounds = 60, warmup = 20 } = {}) {
  const layouts = Object.entries(DETECTION_LAYOUTS).map(([name, layout]) => [
    `decode ${name}`,
    postprocessor(layout),
  ]);
  const work = {
    ...Object.fromEntries(layouts),
    ...Object.fromEntries(
      CANDIDATES.map((count) => {
        const { boxes, options } = suppressionOf(count);
        return [`nms ${count}`, () => nonMaximumSuppression(boxes, options)];
      }),
    ),
    masks: postprocessor(SEGMENTATION),
    boxes: postprocessor({ ...SEGMENTATION, task: 'object-detection' }),
    poses: postprocessor(POSE),
    persons: postprocessor(POSE_BOXES),
    classes: postprocessor(CLASSIFICATION),
  };
  const objects = work.masks();
  const poses = work.poses();
  if (objects.length !== 10 || poses.length !== 10)
    throw new Error(`found ${objects.length} masks, ${poses.length} poses, not 10`);
  const ms = await medians(work, rounds, warmup);
  const pixels = objects.reduce((sum, { box: [x1, y1, x2, y2] }) => sum + (x2 - x1) * (y2 - y1), 0);
  const keypoints = poses.reduce((sum, pose) => sum + pose.keypoints.length, 0);
  const nanoseconds = (milliseconds, units) => rounded((milliseconds * 1e6) / units);
  return {
    decode_ns_per_anchor: Object.fromEntries(
      Object.entries(DETECTION_LAYOUTS).map(([name, { rows }]) => [
        name,
        nanoseconds(ms[`decode ${name}`], rows),
      ]),
    ),
    nms_ns_per_candidate: Object.fromEntries(
      CANDIDATES.map((count) => [`of_${count}`, nanoseconds(ms[`nms ${count}`], count)]),
    ),
    segmentation: {
      ns_per_pixel: nanoseconds(ms.masks - ms.boxes, pixels),
      ms: rounded(ms.masks - ms.boxes),
      boxed_pixels: Math.round(pixels),
      objects: objects.length,
    },
    pose: { ns_per_keypoint: nanoseconds(ms.poses - ms.persons, keypoints), keypoints },
    classification: { ns_per_class: nanoseconds(ms.classes, CLASSIFICATION.classes) },
    rounds,
  };
}

/** Milliseconds of each, the median over the rounds. */
async function medians(work, rounds, warmup) {
  const samples = Object.fromEntries(Object.keys(work).map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    for (const [name, task] of Object.entries(work)) {
      const started = performance.now();
      task();
      const took = performance.now() - started;
      if (round >= 0) samples[name].push(took);
    }
    // Garbage is collected between rounds rather than within a measurement.
    await new Promise(setImmediate);
  }
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
}

export default {
  name: 'postprocess',
  description:
    'reading outputs: ns per anchor of each detection layout, per NMS candidate, mask pixel, keypoint and class',
  run,
};
