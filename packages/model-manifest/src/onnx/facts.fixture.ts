import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import type { OnnxFacts } from './onnx-facts.js';
import { readOnnxBytes } from './read-onnx.js';

type Shapes = Readonly<Record<string, readonly (number | string)[]>>;

/** Bytes of a model with these input and output shapes; its graph does nothing useful. */
export function modelBytes(
  inputs: Shapes,
  outputs: Shapes,
  metadata: Readonly<Record<string, string>> = {},
  opset = 17,
): Uint8Array {
  const specs = (shapes: Shapes) =>
    Object.entries(shapes).map(([name, shape]) => ({ name, type: 'float32' as const, shape }));
  const [first = ''] = Object.keys(inputs);
  return buildOnnxModel({
    inputs: specs(inputs),
    outputs: specs(outputs),
    nodes: Object.keys(outputs).map((name) => ({ op: 'Identity', inputs: [first], outputs: [name] })),
    metadata,
    opset,
  });
}

/** What the reader makes of {@link modelBytes}. */
export const factsOf = (...model: Parameters<typeof modelBytes>): Promise<OnnxFacts> =>
  readOnnxBytes(modelBytes(...model), 'model.onnx');

/** What Ultralytics 8.4 writes, as read from a real export. */
export const ultralyticsMetadata = (
  task: string,
  names: string,
  extra: Readonly<Record<string, string>> = {},
) => ({
  description: 'Ultralytics YOLO11n model trained on coco.yaml',
  author: 'Ultralytics',
  version: '8.4.33',
  license: 'AGPL-3.0 License (https://ultralytics.com/license)',
  stride: '32',
  task,
  batch: '1',
  imgsz: '[320, 320]',
  names,
  args: "{'batch': 1, 'half': False, 'dynamic': False, 'simplify': True, 'opset': None, 'nms': False}",
  channels: '3',
  end2end: 'False',
  ...extra,
});
