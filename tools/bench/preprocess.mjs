// What preprocessing costs: ns for each pixel of the input tensor that shows the picture, by kind, number type and layout.
import { detectionTask } from '@care/vision';
import { median } from './overhead/statistics.mjs';

const FRAME = { width: 1280, height: 720 };
const ROUNDS = 11;
const WARM_UP_RUNS = 12;

const BASE = {
  resize: 'letterbox',
  padPosition: 'center',
  padValue: 114,
  color: 'rgb',
  scale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  interpolation: 'bilinear',
};
const contrast = (method, order = 'before-grayscale') => ({ contrast: { method, order } });

/** What differs from a letterbox to 640 x 640, bilinear. */
const KINDS = {
  'letterbox bilinear': {},
  'letterbox nearest': { interpolation: 'nearest' },
  'letterbox area': { interpolation: 'area' },
  'letterbox bicubic': { interpolation: 'bicubic' },
  'letterbox bilinear antialias': { antialias: true },
  'letterbox reflect': { padMode: 'reflect' },
  'stretch bilinear': { resize: 'stretch' },
  'fill center-crop bilinear': { resize: 'center-crop' },
  'imagenet 256/224 antialias': {
    resize: 'center-crop',
    resizeShorterSide: 256,
    antialias: true,
    side: 224,
  },
  'static crop': { staticCrop: { xMin: 0.25, yMin: 0.25, xMax: 0.75, yMax: 0.75 } },
  grayscale: { grayscale: true },
  'one channel': { color: 'gray', mean: [0], std: [1] },
  'contrast stretching': contrast('stretching'),
  'histogram equalization': contrast('histogram-equalization'),
  'adaptive equalization': contrast('adaptive-equalization'),
  'adaptive equalization of colours': contrast('adaptive-equalization', 'after-grayscale'),
};
const TYPES = ['float32', 'float16', 'uint8'];
const LAYOUTS = ['nchw', 'nhwc'];

/** Noise that is the same in each run. */
function cameraFrame() {
  const data = new Uint8Array(FRAME.width * FRAME.height * 3);
  let state = 1;
  for (let i = 0; i < data.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return { data, ...FRAME, format: 'rgb' };
}

function processorOf({ side = 640, ...changes }, type, layout) {
  const preprocessing = { ...BASE, ...changes };
  const channels = preprocessing.color === 'gray' ? 1 : 3;
  const shape = layout === 'nchw' ? [1, channels, side, side] : [1, side, side, channels];
  const model = {
    modelId: 'bench',
    task: 'object-detection',
    classNames: ['a'],
    inputSize: { width: side, height: side },
    preprocessing,
    postprocessing: { decoder: 'yolov8', decoderOptions: {} },
    variants: [{ id: 'onnx', format: 'onnx', precision: 'fp32', artifacts: [] }],
    metadata: {},
  };
  return detectionTask.createProcessor(model, 'onnx', {
    inputs: [{ name: 'images', type, shape }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, 5, 8400] }],
  });
}

function cases(frame) {
  return Object.entries(KINDS).flatMap(([kind, changes]) =>
    TYPES.flatMap((type) =>
      LAYOUTS.map((layout) => {
        const processor = processorOf(changes, type, layout);
        const run = () => processor.preprocess([{ frame }]);
        const [{ input, offset, scale, image }] = run().geometries;
        const covered = (axis, side) =>
          Math.min(input[side], Math.round(image[side] * scale[axis] + offset[axis])) -
          Math.max(0, Math.round(offset[axis]));
        const pixels =
          changes.staticCrop === undefined ? covered('x', 'width') * covered('y', 'height') : 640 * 360;
        return { kind, type, layout, run, pixels, times: [] };
      }),
    ),
  );
}

function timed(run) {
  const started = performance.now();
  run();
  return performance.now() - started;
}

const round = (value) => Math.round(value * 100) / 100;

/**
 * @param {{ rounds?: number, only?: string }} options `only`: kinds whose name contains it
 * @returns ms of the common case, and ns per pixel by kind, type and layout; medians over rounds in which each case runs once
 */
export function run({ rounds = ROUNDS, only = '' } = {}) {
  const frame = cameraFrame();
  const all = cases(frame).filter(({ kind }) => kind.includes(only));
  for (const { run: once } of all) for (let i = 0; i < WARM_UP_RUNS; i += 1) once();
  for (let i = 0; i < rounds; i += 1) for (const one of all) one.times.push(timed(one.run));
  const figures = { frame: `${FRAME.width} x ${FRAME.height} rgb`, ns_per_pixel: {} };
  for (const { kind, type, layout, pixels, times } of all) {
    const ms = median(times);
    if (kind === 'letterbox bilinear' && type === 'float32' && layout === 'nchw') {
      figures.letterbox_640_ms = round(ms);
    }
    const ofKind = (figures.ns_per_pixel[kind] ??= {});
    (ofKind[type] ??= {})[layout] = round((ms * 1e6) / pixels);
  }
  return Promise.resolve(figures);
}

export default {
  name: 'preprocess',
  description: `ns per pixel of resizing and normalising a ${FRAME.width} x ${FRAME.height} frame, by kind, type and layout`,
  run,
};
