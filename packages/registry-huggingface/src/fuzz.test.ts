import { modelPackageSchema } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelConfigSchema } from './config/model-config.js';
import { describePackage } from './describe/describe-package.js';
import { describeRepository } from './describe/describe-repository.js';
import { descriptionSchema } from './describe/description.js';
import { blockSource } from './hub/remote-onnx.js';
import type { HubFile } from './hub/hub-file.js';
import { mapPreprocessing } from './preprocessing/map-preprocessing.js';
import { processorConfigSchema } from './preprocessing/processor-config.js';
import { repositoryName } from './repository-name.js';
import { classifierConfig } from './testing/hub-models.fixture.js';
import { findVariants } from './variants/find-variants.js';

const side = fc.integer({ min: 1, max: 512 });
const edge = fc.option(side, { nil: null });
const size = fc.oneof(
  side,
  fc.tuple(side, side),
  fc.record(
    { height: edge, width: edge, shortest_edge: edge, longest_edge: edge, max_height: edge, max_width: edge },
    { requiredKeys: [] },
  ),
);
const flag = fc.option(fc.boolean(), { nil: null });
const processors = [
  'ViT',
  'DeiT',
  'ConvNext',
  'Levit',
  'PoolFormer',
  'EfficientNet',
  'Detr',
  'Yolos',
  'MobileViT',
  'What',
];
const processor = fc.record(
  {
    image_processor_type: fc.constantFrom(...processors.map((name) => `${name}ImageProcessor`)),
    size,
    crop_size: size,
    pad_size: size,
    max_size: side,
    do_resize: flag,
    do_center_crop: flag,
    do_rescale: flag,
    do_normalize: flag,
    do_pad: flag,
    include_top: flag,
    rescale_offset: flag,
    crop_pct: fc.double({ min: 0.01, max: 1, noNaN: true }),
    resample: fc.integer({ min: -1, max: 9 }),
    image_mean: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const file = (path: string): HubFile => ({ path, size: 1, oid: '0'.repeat(40) });

describe('whatever a repository holds', () => {
  it('any preprocessor_config.json is a valid package, or an error that says what is missing', async () => {
    await fc.assert(
      fc.asyncProperty(processor, async (config) => {
        const texts: Readonly<Record<string, unknown>> = {
          'config.json': classifierConfig,
          'preprocessor_config.json': config,
        };
        const source = {
          repo: 'a/b',
          commit: 'c'.repeat(40),
          files: ['config.json', 'preprocessor_config.json', 'model.onnx'].map(file),
          bytes: ({ path }: HubFile) => Promise.resolve(Buffer.from(JSON.stringify(texts[path]))),
          onnx: () => Promise.reject(new Error('not asked for')),
        };
        const description = await describeRepository(source, {}, {}).catch((error: unknown) => error);
        if (description instanceof Error) {
          expect(description).toMatchObject({
            code: expect.stringMatching(/^(?:OPTIONS|MANIFEST)_INVALID$/) as string,
          });
          return;
        }
        const kept = descriptionSchema.parse(JSON.parse(JSON.stringify(description)));
        const context = { modelId: 'a/b', endpoint: 'https://hub', revision: 'main', local: [] };
        expect(modelPackageSchema.safeParse(describePackage(kept, context)).error).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  it('the schemas never throw, and what passes them is mapped or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (config, value) => {
        const model = modelConfigSchema.safeParse(config);
        const parsed = processorConfigSchema.safeParse(value);
        if (parsed.success) mapPreprocessing(parsed.data, model.success ? model.data : {});
      }),
    );
  });

  it('variants hold each ONNX file of a model once, under names of their own', () => {
    const suffix = fc.constantFrom(
      '',
      '_fp16',
      '_int8',
      '_quantized',
      '_q4',
      '_q4f16',
      '_bnb4',
      '-fp32',
      '_large',
    );
    const path = fc.tuple(
      fc.constantFrom('', 'onnx/', 'a/b/'),
      fc.constantFrom('model', 'yolo', 'int8'),
      suffix,
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(path.map(([folder, name, end]) => `${folder}${name}${end}.onnx`)),
        (paths) => {
          const found = findVariants(paths.map(file));
          if ('models' in found) {
            expect([...found.models]).toEqual(paths.toSorted());
            return;
          }
          const names = found.variants.map(({ model }) => model.path);
          expect(new Set(names).size).toBe(names.length);
          expect(new Set(found.variants.map(({ id }) => id)).size).toBe(names.length);
          expect(new Set(names.map((name) => name.replace(/[^/]*$/, ''))).size).toBe(1);
        },
      ),
    );
  });

  it('a name is a repository that the Hub can have, or none', () => {
    fc.assert(
      fc.property(fc.string(), (modelId) => {
        const name = repositoryName({ raw: modelId, registry: 'huggingface', modelId });
        if (name !== undefined) expect(name.repo).toMatch(/^[\w.-]+(?:\/[\w.-]+)?$/);
      }),
    );
  });

  it('blocks give the very bytes that are asked for', async () => {
    const bytes = Uint8Array.from({ length: 1_500_000 }, (_, index) => (index * 7919) % 251);
    const source = blockSource(bytes.length, (begin, end) => Promise.resolve(bytes.subarray(begin, end)));
    const position = fc.integer({ min: 0, max: bytes.length + 10 });
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 0, max: 600_000 }), async (offset, length) => {
        expect(
          Buffer.compare(await source.read(offset, length), bytes.subarray(offset, offset + length)),
        ).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
