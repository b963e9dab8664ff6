import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { INPUT, TemporaryHost } from './care-bin.fixture.js';

interface Answer {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A model that gives these outputs for every picture, through the real runtime: `answer + sum(images * 0)`. */
function constantModel(outputs: Readonly<Record<string, Answer>>): Uint8Array {
  const names = Object.keys(outputs);
  const float = ({ shape, data }: Answer) =>
    ({ type: 'float32', dims: shape, data: Float32Array.from(data) }) as const;
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, INPUT, INPUT] }],
    outputs: Object.entries(outputs).map(([name, { shape }]) => ({ name, type: 'float32', shape })),
    nodes: [
      { op: 'Mul', inputs: ['images', 'zero'], outputs: ['zeros'] },
      { op: 'ReduceSum', inputs: ['zeros'], outputs: ['nothing'], attributes: { keepdims: 0 } },
      ...names.map((name) => ({ op: 'Add', inputs: [`${name}_answer`, 'nothing'], outputs: [name] })),
    ],
    initializers: {
      zero: float({ shape: [], data: [0] }),
      ...Object.fromEntries(
        Object.entries(outputs).map(([name, answer]) => [`${name}_answer`, float(answer)]),
      ),
    },
  });
}

/** YOLOv8 rows of 84 anchors with one object in the first: channels first. */
function oneObject(values: readonly number[]): Answer {
  const data = values.flatMap((value) => [value, ...Array<number>(83).fill(0)]);
  return { shape: [1, values.length, 84], data };
}

/** Box 16..48 x 24..40 of the input: 50..150 x 25..75 of a picture of 200 x 100. */
const BOX = [32, 32, 32, 16];

/**
 * A host with a model of each task beside detection: `joints` (a head at 100, 50 of a picture of 200 x 100 and an unsure foot at 50,
 * 75), `shape` (a mask that fills its box), `posture` (one label: 0.7 lying, 0.2 sitting, 0.1 standing), `tags` (any number of labels).
 */
export function hostWithTasks(): TemporaryHost {
  const host = new TemporaryHost();
  const add = (id: string, manifest: object, model: Uint8Array): void => {
    host.write(`models/local/${id}.onnx`, model);
    const all = { model_id: id, model_path: `${id}.onnx`, input_size: [INPUT, INPUT], ...manifest };
    host.write(`models/local/${id}.json`, JSON.stringify(all));
  };
  add(
    'joints',
    {
      task_type: 'pose-estimation',
      class_names: ['person'],
      keypoints: { names: ['head', 'foot'], skeleton: [[0, 1]] },
      postprocessing: { decoder: 'yolov8' },
    },
    constantModel({ output0: oneObject([...BOX, 0.9, 32, 32, 0.9, 16, 40, 0.2]) }),
  );
  add(
    'shape',
    { task_type: 'instance-segmentation', class_names: ['cat'], postprocessing: { decoder: 'yolov8' } },
    constantModel({
      output0: oneObject([...BOX, 0.8, 1]),
      output1: { shape: [1, 1, 16, 16], data: Array<number>(256).fill(5) },
    }),
  );
  const classNames = ['standing', 'sitting', 'lying'];
  const scores = { output: { shape: [1, 3], data: [0.1, 0.2, 0.7] } };
  add('posture', { task_type: 'classification', class_names: classNames }, constantModel(scores));
  add(
    'tags',
    {
      task_type: 'classification',
      class_names: classNames,
      postprocessing: { decoder: 'probabilities', multi_label: true, confidence_threshold: 0.15 },
    },
    constantModel(scores),
  );
  return host;
}
