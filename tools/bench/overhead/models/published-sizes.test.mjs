import { describe, expect, it } from 'vitest';
import { buildSmallClassifier } from './mobilenet-v2.mjs';
import { buildClassifier } from './resnet18.mjs';
import { buildDetector } from './yolov8n-detection.mjs';
import { buildPoseModel } from './yolov8n-pose.mjs';
import { buildSegmenter } from './yolov8n-segmentation.mjs';

/** The 16 fixed bins of the box decoding count as parameters there and not here. */
const FIXED_BINS = 16;

/** Parameters and GFLOP as Ultralytics' summaries of the fused models print them. */
describe.each([
  { name: 'YOLOv8n', build: buildDetector, parameters: 3_151_904, gflop: 8.7 },
  { name: 'YOLOv8n-pose', build: buildPoseModel, parameters: 3_289_964, gflop: 9.2 },
  // 12.6 there: the transposed convolution is counted four times (by its output's size).
  { name: 'YOLOv8n-seg', build: buildSegmenter, parameters: 3_404_320, gflop: 12.6 - 0.63 },
])('$name', ({ build, parameters, gflop }) => {
  it('has the published size and cost', () => {
    const model = build();
    expect(model.parameters + FIXED_BINS).toBe(parameters);
    expect(model.gflop).toBeCloseTo(gflop, 1);
  });
});

/**
 * Parameters and GMAC as torchvision's documentation states them. Batch normalisation has two parameters for each of `normalised`
 * channels there; folded into the convolutions, one is left.
 */
describe.each([
  {
    name: 'MobileNetV2',
    build: buildSmallClassifier,
    parameters: 3_504_872,
    normalised: 17_056,
    gmac: 0.3,
  },
  {
    name: 'ResNet-18',
    build: buildClassifier,
    parameters: 11_689_512,
    normalised: 4_800,
    gmac: 1.81,
  },
])('$name', ({ build, parameters, normalised, gmac }) => {
  it('has the published size and cost', () => {
    const model = build();
    expect(model.parameters).toBe(parameters - normalised);
    expect(model.gflop / 2).toBeCloseTo(gmac, 2);
  });
});
