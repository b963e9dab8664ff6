import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { createCare, type Care } from '@care/model-manager';
import { parseModelReference, silentLogger } from '@care/registry-core';
import { demoPictures, DemoRegistry } from '@care/registry-demo';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HubHost } from './testing/hub-host.fixture.js';
import { externalClassifier, classifierConfig, classifierProcessor } from './testing/hub-models.fixture.js';

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const demo = new DemoRegistry();

/** A real host with ONNX Runtime: the Hub's registry, and the demo models it is compared with. */
async function careOf(host: HubHost, offline = false): Promise<Care> {
  const care = await createCare({
    root: packageDir,
    registries: [host.registry({ offline }), demo],
    disable: ['huggingface', 'demo'],
    plugins: { ort: { intraOpThreads: 1 } },
    logger: silentLogger,
    env: host.env,
  });
  onTestFinished(() => care.dispose());
  return care;
}

async function predictions(care: Care, reference: string): Promise<unknown[]> {
  const model = await care.load(reference);
  const found: unknown[] = [];
  for (const picture of await demoPictures()) found.push((await model.predict(picture)).predictions);
  await model.dispose();
  return found;
}

/** Files of a demo model with its manifest as `care.json`. */
async function demoFiles(id: string): Promise<Record<string, Uint8Array>> {
  const { source } = await demo.resolve(parseModelReference(`${id}@1.1.0`));
  if (source === undefined) throw new Error('the demo model has no manifest');
  const folder = dirname(source);
  const names = (await readdir(folder)).filter((name) => name.includes('1.1.0') && name.endsWith('.onnx'));
  const files = await Promise.all(
    names.map(async (name): Promise<[string, Uint8Array]> => [name, await readFile(join(folder, name))]),
  );
  return { ...Object.fromEntries(files), 'care.json': await readFile(source) };
}

describe('from a reference to predictions', () => {
  it.each(['room-detector', 'room-pose', 'room-segmentation', 'room-bed-state'])(
    '%s from the Hub finds what it finds from the disk, also when there is no network any more',
    async (id) => {
      const host = await HubHost.start();
      const { sha } = await host.server.publish(`care/${id}`, await demoFiles(id));
      const care = await careOf(host);
      const wanted = await predictions(care, `demo:${id}@1.1.0`);
      expect(wanted.flat().length).toBeGreaterThan(0);
      expect(await predictions(care, `huggingface:care/${id}`)).toEqual(wanted);
      const asked = host.server.requests.length;
      const offline = await careOf(host, true);
      expect(await predictions(offline, `huggingface:care/${id}`)).toEqual(wanted);
      expect((await offline.resolve(`care/${id}`)).package).toMatchObject({
        version: sha,
        stale: { reason: 'the host is offline' },
      });
      expect(host.server.requests).toHaveLength(asked);
    },
    60_000,
  );

  it('a model with external data runs from links into one store', async () => {
    const host = await HubHost.start();
    const { model, data } = externalClassifier('model.onnx_data');
    await host.server.publish('care/external', {
      'config.json': classifierConfig,
      'preprocessor_config.json': classifierProcessor,
      'onnx/model.onnx': model,
      'onnx/model.onnx_data': data,
    });
    const found = await predictions(await careOf(host), 'huggingface:care/external');
    // Its bias of 5 for the last class outweighs any picture.
    expect(found[0]).toMatchObject([{ class: 'lying' }, {}, {}]);
  }, 60_000);

  it('a DETR of transformers is decoded, with its mask fed and its no-object class left out', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/detr', {
      'config.json': {
        architectures: ['DetrForObjectDetection'],
        model_type: 'detr',
        id2label: { 0: 'N/A', 1: 'person' },
      },
      'preprocessor_config.json': {
        image_processor_type: 'DetrImageProcessor',
        size: { shortest_edge: 32, longest_edge: 64 },
      },
      'onnx/model.onnx': maskedDetr(),
    });
    const care = await careOf(host);
    const model = await care.load('huggingface:care/detr');
    const frame = {
      data: new Uint8Array(96 * 64 * 3).fill(100),
      width: 96,
      height: 64,
      format: 'rgb',
    } as const;
    const { predictions: found } = await model.predict(frame);
    // The box is 0.2 x 0.2 of the input of 64 x 32, in which the picture is 48 x 32; its score is the share of the mask.
    expect(found).toMatchObject([{ class: 'person', classId: 1 }]);
    const [first] = found;
    if (first === undefined || !('box' in first)) throw new Error('no box');
    const { box, confidence } = first;
    const share = 48 / 64;
    const logit = Math.exp(4 * share);
    expect(confidence).toBeCloseTo(logit / (logit + 2), 4);
    [12.8, 19.2, 38.4, 32].forEach((value, index) => expect(box[index]).toBeCloseTo(value, 3));
    await model.dispose();
  }, 60_000);
});

/** One query at (0.2, 0.4): the logit of class 1 is four times the mean of the mask, the others are 0. */
function maskedDetr(): Uint8Array {
  const floats = (dims: readonly number[], values: readonly number[]) =>
    ({ type: 'float32', dims, data: Float32Array.from(values) }) as const;
  return buildOnnxModel({
    inputs: [
      { name: 'pixel_values', type: 'float32', shape: ['batch', 3, 'height', 'width'] },
      { name: 'pixel_mask', type: 'int64', shape: ['batch', 64, 64] },
    ],
    outputs: [
      { name: 'logits', type: 'float32', shape: ['batch', 1, 3] },
      { name: 'pred_boxes', type: 'float32', shape: ['batch', 1, 4] },
    ],
    nodes: [
      { op: 'Cast', inputs: ['pixel_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { op: 'ReduceMean', inputs: ['mask'], outputs: ['share'], attributes: { axes: [1, 2], keepdims: 1 } },
      { op: 'Mul', inputs: ['share', 'weights'], outputs: ['logits'] },
      {
        op: 'ReduceMean',
        inputs: ['pixel_values'],
        outputs: ['mean'],
        attributes: { axes: [1, 2, 3], keepdims: 0 },
      },
      { op: 'Mul', inputs: ['mean', 'zero'], outputs: ['nothing'] },
      { op: 'Add', inputs: ['nothing', 'box'], outputs: ['pred_boxes'] },
    ],
    initializers: {
      weights: floats([1, 1, 3], [0, 4, 0]),
      zero: floats([1], [0]),
      box: floats([1, 1, 4], [0.2, 0.4, 0.2, 0.2]),
    },
  });
}
