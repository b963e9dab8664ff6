import { taskFor } from '@care/vision';
import { FRAME_HEIGHT, FRAME_WIDTH } from '../overhead/camera-frame.mjs';
import { YOLO_PREPROCESSING } from '../overhead/model-package.mjs';
import { INPUT } from './layouts.mjs';

const FRAME = {
  data: new Uint8Array(FRAME_WIDTH * FRAME_HEIGHT * 3),
  width: FRAME_WIDTH,
  height: FRAME_HEIGHT,
  format: 'rgb',
};

/** A function that postprocesses the outputs of a layout, as the worker does after each run. */
export function postprocessor({ task, classes, outputs, decoder = 'auto', keypoints }) {
  const model = {
    modelId: 'bench',
    task,
    classNames: Array.from({ length: classes }, (_, index) => `class ${index}`),
    inputSize: { width: INPUT, height: INPUT },
    preprocessing: YOLO_PREPROCESSING,
    postprocessing: {
      decoder,
      decoderOptions: {},
      confidenceThreshold: 0.25,
      iouThreshold: 0.45,
      maxDetections: 300,
      classAgnosticNms: false,
      multiLabel: false,
    },
    ...(keypoints === undefined
      ? {}
      : { keypoints: { names: Array.from({ length: keypoints }, (_, k) => `joint ${k}`), skeleton: [] } }),
    variants: [{ id: 'onnx', format: 'onnx', precision: 'fp32', artifacts: [] }],
    metadata: {},
  };
  const processor = taskFor(task).createProcessor(model, 'onnx', {
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, INPUT, INPUT] }],
    outputs: Object.entries(outputs).map(([name, { type, dims }]) => ({ name, type, shape: dims })),
  });
  const { geometries } = processor.preprocess([{ frame: FRAME }]);
  return () => processor.postprocess(outputs, geometries[0], {});
}
