import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { toModelPackage } from '@care/model-manifest';
import { classificationTask, type RawFrame } from '@care/vision';
import { describe, expect, it } from 'vitest';
import { modelConfigSchema } from '../config/model-config.js';
import { mapPreprocessing, type MappedPreprocessing } from './map-preprocessing.js';
import { processorConfigSchema } from './processor-config.js';
import { timmPreprocessing } from './timm-preprocessing.js';

/** Made by tools/fixtures/huggingface_processors.py with transformers' image processors, Pillow and numpy. */
interface Fixture {
  readonly cases: readonly {
    readonly name: string;
    readonly config: object;
    readonly preprocessor: object | null;
    readonly image: { readonly height: number; readonly width: number; readonly rgb: string };
    readonly tensor: {
      readonly shape: readonly [number, number, number];
      readonly every: number;
      readonly float32: string;
    };
  }[];
}

const unpacked = (text: string): Buffer => inflateSync(Buffer.from(text, 'base64'));
const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/processors.json', import.meta.url), 'utf8'),
) as Fixture;

function mapped(preprocessor: object | null, config: object): MappedPreprocessing {
  const model = modelConfigSchema.parse(config);
  const found =
    preprocessor === null
      ? timmPreprocessing(model)
      : mapPreprocessing(processorConfigSchema.parse(preprocessor), model);
  if (found === undefined || 'reason' in found) throw new Error(found?.reason ?? 'nothing');
  return found;
}

/** The tensor that a model of this preprocessing is fed with. */
function tensorOf({ preprocessing, inputSize }: MappedPreprocessing, frame: RawFrame): Float32Array {
  const manifest = {
    model_id: 'm',
    task_type: 'classification',
    model_path: 'm.onnx',
    class_names: ['a', 'b'],
    input_size: [inputSize[0], inputSize[1]],
    preprocessing,
    postprocessing: { decoder: 'softmax' },
  } as const;
  const model = toModelPackage(
    { ...manifest, class_names: ['a', 'b'], input_size: [inputSize[0], inputSize[1]] },
    { main: { path: '/m.onnx', size: 0 } },
  );
  const shape = ['batch', 3, inputSize[0], inputSize[1]];
  const processor = classificationTask.createProcessor(model, model.variants[0]?.id ?? '', {
    inputs: [{ name: 'pixel_values', type: 'float32', shape }],
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 2] }],
  });
  const { pixel_values: tensor } = processor.preprocess([{ frame }]).inputs;
  if (tensor?.type !== 'float32') throw new Error('no tensor');
  return tensor.data;
}

describe('what transformers makes of a picture', () => {
  it.each(cases.map((item, index) => ({ ...item, index })))('$name, case $index', (item) => {
    const { preprocessor, config, image, tensor } = item;
    const mapping = mapped(preprocessor, config);
    expect(mapping.inputSize).toEqual(tensor.shape.slice(1));
    const { height, width, rgb } = image;
    const found = tensorOf(mapping, { data: new Uint8Array(unpacked(rgb)), width, height, format: 'rgb' });
    const bytes = unpacked(tensor.float32);
    const wanted = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    // Pictures are resized in whole grey levels: where a level lies between two, Pillow's integers and our floats may
    // take one each, which is rare; everything else agrees as far as float32 goes.
    const { scale = 1, std = [1] } = mapping.preprocessing;
    const level = scale / Math.min(...std);
    const off = Array.from(
      wanted,
      (value, index) => Math.abs((found[index * tensor.every] ?? NaN) - value) / level,
    );
    expect(Math.max(...off)).toBeLessThan(1.001);
    expect(off.filter((levels) => levels > 1e-3).length / off.length).toBeLessThan(0.3);
  });
});
