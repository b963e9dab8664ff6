import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { createRegistry, parseModelReference, silentLogger, type ModelPackage } from '@care/registry-core';
import roboflow from '@care/registry-roboflow';
import { taskFor } from '@care/vision';
import { describe, expect, it, onTestFinished } from 'vitest';

/** Made by tools/fixtures/roboflow_preprocessing.py with OpenCV, scikit-image, Pillow and numpy. */
interface Case {
  readonly note: string;
  readonly kind: 'classic' | 'models';
  readonly architecture: string;
  readonly task: string;
  readonly reading: 'trained' | 'served';
  readonly document: unknown;
  readonly picture: { readonly width: number; readonly height: number; readonly rgb: string };
  readonly tensor: { readonly width: number; readonly height: number; readonly nchw: string };
}

const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/input-tensors.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };

const CLASSES = ['a', 'b', 'c', 'd'];
const DIGEST = '0123456789abcdef'.repeat(2);

/** A graph with the shapes of the case's family; it is never run. */
function graph({ architecture, task, tensor }: Case): Uint8Array {
  const shapes =
    task === 'classification'
      ? [[1, 4]]
      : architecture.startsWith('rfdetr')
        ? [
            [1, 9, 4],
            [1, 9, 4],
          ]
        : [[1, 8, 9]];
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, tensor.height, tensor.width] }],
    outputs: shapes.map((shape, index) => ({
      name: index === 0 ? 'dets' : 'labels',
      type: 'float32',
      shape,
    })),
    nodes: shapes.map((_, index) => ({
      op: 'Identity',
      inputs: ['images'],
      outputs: [index === 0 ? 'dets' : 'labels'],
    })),
  });
}

/** The case as Roboflow's Python tools would have left it on disk, resolved by the registry. */
async function resolved(item: Case): Promise<ModelPackage> {
  const root = await mkdtemp(join(tmpdir(), 'care-roboflow-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const json = (value: unknown): string => JSON.stringify(value);
  const classic = item.kind === 'classic';
  const folder = classic
    ? join(root, 'ward', '1')
    : join(root, 'models-cache', `v2-ward-1-${DIGEST}`, 'aaaa');
  const files: Record<string, string | Uint8Array> = {
    'weights.onnx': graph(item),
    'class_names.txt': CLASSES.join('\n'),
    ...(classic
      ? {
          'environment.json': json(item.document),
          'model_type.json': json({ project_task_type: item.task, model_type: item.architecture }),
        }
      : {
          'inference_config.json': json(item.document),
          'model_config.json': json({
            model_id: 'ward/1',
            model_architecture: item.architecture,
            task_type: item.task,
            backend_type: 'onnx',
            quantization: 'fp32',
          }),
        }),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const options = { pythonCache: root, cacheDir: join(root, 'care'), resize: item.reading };
  const registry = createRegistry(roboflow, options, {
    rootDir: root,
    env: {},
    logger: silentLogger,
    offline: true,
  });
  onTestFinished(() => registry.dispose?.());
  return await registry.resolve(parseModelReference('ward/1'));
}

/** In grey levels: one by rounding when resizing, and one before by scikit-image, which cuts fractions of equalized floats off. */
function tolerance({ document, kind }: Case): number {
  return kind === 'models' && JSON.stringify(document).includes('Equalization"') ? 2 : 1.01;
}

describe('the tensor of a Roboflow document is that of OpenCV, scikit-image and Pillow', () => {
  it.each(cases.map((item, index) => ({ ...item, index })))('$kind, $note, case $index', async (item) => {
    const model = await resolved(item);
    const [variant] = model.variants;
    const { inputs = [], outputs = [], id = '' } = variant ?? {};
    const processor = taskFor(model.task).createProcessor(model, id, { inputs, outputs });
    const { width, height, rgb } = item.picture;
    const data = inflateSync(Buffer.from(rgb, 'base64'));
    const run = processor.preprocess([{ frame: { data, width, height, format: 'rgb' } }]);
    const found = run.inputs.images?.data;
    if (!(found instanceof Float32Array)) throw new Error('no float tensor');
    const bytes = inflateSync(Buffer.from(item.tensor.nchw, 'base64'));
    const wanted = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    expect(found).toHaveLength(wanted.length);
    const { scale, std } = model.preprocessing;
    const level = scale / Math.min(...std);
    const worst = found.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (wanted[index] ?? NaN))),
      0,
    );
    expect(worst / level).toBeLessThanOrEqual(tolerance(item));
  });
});
