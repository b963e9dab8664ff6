import type { ModelPackage, Tensor, TensorSpec } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';
import { classes, floatSpec, modelPackage } from '../model-package.fixture.js';
import type { Box } from '../tasks/task-prediction.js';
import { toHalf } from '../preprocess/half-float.js';
import type { ComparableModel } from './model-agreement.js';

export interface Scored {
  /** In input pixels, which are those of {@link picture}. */
  readonly box: Box;
  readonly classId: number;
  readonly score: number;
}

const INPUT = 64;
const CLASSES = 3;
/** As many as YOLOv8 has at 64 px: 8 x 8 + 4 x 4 + 2 x 2. */
const ANCHORS = 84;
const CHANNELS = 4 + CLASSES;

/** A picture of the model's own input size, so that its pixels are those of the boxes. */
export function picture(): RawFrame {
  return { data: new Uint8Array(INPUT * INPUT), width: INPUT, height: INPUT, format: 'gray' };
}

/** Rows of a YOLOv8 detector that finds these objects: `[1, 4 + classes, anchors]`. Other anchors lie about and score next to nothing. */
export function rows(objects: readonly Scored[]): Tensor {
  const data = new Float32Array(CHANNELS * ANCHORS);
  const set = (channel: number, anchor: number, value: number): void => {
    data[channel * ANCHORS + anchor] = value;
  };
  for (let anchor = 0; anchor < ANCHORS; anchor++) {
    const object = objects[anchor];
    const [x1, y1, x2, y2] = object?.box ?? [anchor % 50, 3, (anchor % 50) + 12, 40];
    [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1].forEach((value, channel) => set(channel, anchor, value));
    for (let classId = 0; classId < CLASSES; classId++) {
      set(4 + classId, anchor, object?.classId === classId ? object.score : 0.001 + anchor * 1e-5);
    }
  }
  return { type: 'float32', dims: [1, CHANNELS, ANCHORS], data };
}

/** The tensor as a quantiser leaves it that has one scale for all of it. */
export function coarse(tensor: Tensor, step: number): Tensor {
  if (tensor.type !== 'float32') throw new Error('float32 only');
  return { ...tensor, data: tensor.data.map((value) => Math.round(value / step) * step) };
}

export function asHalf({ type, dims, data }: Tensor): Tensor {
  if (type !== 'float32') throw new Error('float32 only');
  return { type: 'float16', dims, data: Uint16Array.from(data, toHalf) };
}

/** A model that gives these outputs, one after the other and again from the first. */
export function scripted(
  answers: readonly (Tensor | Error)[],
  {
    model = modelPackage({ classNames: classes(CLASSES), postprocessing: { decoder: 'yolov8' } }),
    precision = 'fp32',
  } = {},
): ComparableModel {
  let run = 0;
  const first = answers.find((answer): answer is Tensor => !(answer instanceof Error));
  const output: TensorSpec = {
    name: 'output0',
    type: first?.type ?? 'float32',
    shape: first?.dims ?? [1, CHANNELS, ANCHORS],
  };
  return {
    package: withPrecision(model, precision),
    servedBy: { variant: 'onnx' },
    inputs: [floatSpec('images', 1, 3, INPUT, INPUT)],
    outputs: [output],
    infer: () => {
      const answer = answers[run++ % answers.length];
      if (answer === undefined || answer instanceof Error)
        return Promise.reject(answer ?? new Error('no answer'));
      return Promise.resolve({ outputs: { output0: answer } });
    },
  };
}

function withPrecision(model: ModelPackage, precision: string): ModelPackage {
  return { ...model, variants: model.variants.map((variant) => ({ ...variant, precision })) };
}
