import type { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { modelPackage } from './model-package.fixture.js';
import { modelPackageSchema, modelSummarySchema } from './model-package-schema.js';
import type { ModelPackage, Preprocessing } from './model-package.js';
import type { ModelSummary } from './model-registry.js';

type DeepReadonly<T> = T extends object
  ? string extends keyof T
    ? Readonly<T> // a record, such as free-form metadata
    : { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

const fullPreprocessing: Required<Preprocessing> = {
  ...modelPackage().preprocessing,
  antialias: true,
  resizeShorterSide: 256,
  resizeTo: { height: 256, width: 256 },
  padMode: 'reflect',
  sideRounding: 'floor',
  staticCrop: { xMin: 0.25, yMin: 0, xMax: 0.75, yMax: 1 },
  grayscale: true,
  contrast: { method: 'stretching', order: 'before-grayscale' },
  autoOrient: false,
};

describe('schema and interface', () => {
  it('accept the same: neither is narrower than the other', () => {
    // The compiler's work: what the schema gives is a package, and every package is something that the schema takes.
    const given = (output: z.output<typeof modelPackageSchema>): ModelPackage => output;
    const taken = (model: ModelPackage): DeepReadonly<z.input<typeof modelPackageSchema>> => model;
    const listed = (model: ModelSummary): DeepReadonly<z.input<typeof modelSummarySchema>> => model;
    expect(taken(given(modelPackageSchema.parse(modelPackage())))).toEqual(modelPackage());
    expect(modelSummarySchema.parse(listed({ modelId: 'a' }))).toEqual({ modelId: 'a' });
  });

  it('keep a full package as it is', () => {
    const full: Required<ModelPackage> = {
      ...modelPackage(),
      version: '1.2.0',
      preprocessing: fullPreprocessing,
      keypoints: { names: ['nose', 'eye'], skeleton: [[0, 1]], sigmas: [0.026, 0.025] },
      variants: [
        {
          id: 'onnx-fp32',
          format: 'onnx',
          precision: 'fp32',
          artifacts: [
            { name: 'm.onnx', role: 'model', path: import.meta.filename, size: 3, sha256: 'a'.repeat(64) },
            { name: 'w.bin', role: 'external-data' },
          ],
          inputs: [{ name: 'images', type: 'float32', shape: ['n', 3, -1, 640] }],
          outputs: [],
          exporterMetadata: { task: 'detect' },
        },
      ],
      stale: { since: '2026-01-31T12:00:00.000Z', reason: 'offline' },
      benchmarks: { latencyMs: { cpu: 12.5 }, mAP50: 0.5, modelSizeMb: 6.2 },
      probes: [
        {
          path: '/probes/bed.jpg',
          expect: [{ class: 'bed', confidence: 0.9, box: [1, 2, 30, 40] }],
          confidenceTolerance: 0.1,
          minIou: 0.7,
        },
      ],
      metadata: { nested: [{ a: null }, 1, 'x', true] },
      source: '/models/m.json',
    };
    expect(modelPackageSchema.parse(full)).toEqual(full);
  });
});

describe('what it refuses', () => {
  const [variant] = modelPackage().variants;
  const { preprocessing, postprocessing } = modelPackage();
  const cases: [string, unknown, string][] = [
    ['no variants', { variants: [] }, 'variants'],
    ['two variants of one id', { variants: [variant, variant] }, 'variants'],
    ['a variant without model file', { variants: [{ ...variant, artifacts: [] }] }, 'variants.0.artifacts'],
    [
      'a relative path',
      { variants: [{ ...variant, artifacts: [{ name: 'm', role: 'model', path: 'm.onnx' }] }] },
      'variants.0.artifacts.0.path',
    ],
    [
      'an upper-case hash',
      { variants: [{ ...variant, artifacts: [{ name: 'm', role: 'model', sha256: 'A'.repeat(64) }] }] },
      'variants.0.artifacts.0.sha256',
    ],
    [
      'an unknown element type',
      { variants: [{ ...variant, inputs: [{ name: 'x', type: 'bfloat16', shape: [] }] }] },
      'variants.0.inputs.0.type',
    ],
    ['an input without height', { inputSize: { height: 0, width: 640 } }, 'inputSize.height'],
    ['a std of 0', { preprocessing: { ...preprocessing, std: [0, 1, 1] } }, 'preprocessing.std.0'],
    ['three means for grey', { preprocessing: { ...preprocessing, color: 'gray' } }, 'preprocessing.mean'],
    [
      'a static crop in percent',
      { preprocessing: { ...fullPreprocessing, staticCrop: { xMin: 25, yMin: 0, xMax: 75, yMax: 100 } } },
      'preprocessing.staticCrop.xMin',
    ],
    [
      'a static crop without area',
      { preprocessing: { ...fullPreprocessing, staticCrop: { xMin: 0.5, yMin: 0, xMax: 0.5, yMax: 1 } } },
      'preprocessing.staticCrop',
    ],
    [
      'a contrast without its order',
      { preprocessing: { ...fullPreprocessing, contrast: { method: 'stretching' } } },
      'preprocessing.contrast.order',
    ],
    [
      'a crop of part of a pixel',
      { preprocessing: { ...fullPreprocessing, resizeShorterSide: 0.5 } },
      'preprocessing.resizeShorterSide',
    ],
    [
      'a threshold in percent',
      { postprocessing: { ...postprocessing, iouThreshold: 45 } },
      'postprocessing.iouThreshold',
    ],
    ['a skeleton out of range', { keypoints: { names: ['nose'], skeleton: [[0, 1]] } }, 'keypoints.skeleton'],
    ['an id that no reference can name', { modelId: 'a:b' }, 'modelId'],
    ['a version that no reference can name', { version: '1@2' }, 'version'],
    ['metadata with a function', { metadata: { f: () => 1 } }, 'metadata'],
    ['an explicit undefined', { version: undefined }, 'version'],
  ];
  it.each(cases)('%s', (_name, change, path) => {
    const parsed = modelPackageSchema.safeParse({ ...modelPackage(), ...(change as object) });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
