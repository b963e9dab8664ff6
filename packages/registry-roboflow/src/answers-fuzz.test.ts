import { isCareError, modelPackageSchema, parseModelReference } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classicPackage } from './description/classic-description.js';
import { classNamesOfText } from './description/class-names.js';
import { keypointSpec, readKeypoints } from './description/keypoints-metadata.js';
import { packagedModel } from './description/model-packages.js';
import { sortPackages } from './api/package-list.js';
import { CLASSES, ENVIRONMENT, inferenceConfig, onnxManifest } from './models.fixture.js';
import { API_KEY } from './testing/index.js';
import { registryOf, startServer } from './registry.fixture.js';

const REFERENCE = parseModelReference('ward/3');

/** A sound document with parts replaced by anything. */
function spoilt(sound: unknown): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(null, -1, 0, 1e9, '', 'NaN', '416', [], {}, true, Number.MAX_VALUE),
  );
  const paths: (readonly string[])[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    paths.push(path);
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    }
  };
  walk(sound, []);
  const replaced = (value: unknown, path: readonly string[], by: unknown): unknown => {
    const [key, ...rest] = path;
    if (key === undefined) return by;
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, inner]: [string, unknown]): [string, unknown] =>
      name === key ? [name, replaced(inner, rest, by)] : [name, inner],
    );
    return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
  };
  const changes = fc.array(fc.tuple(fc.constantFrom(...paths), anything), { minLength: 1, maxLength: 3 });
  return changes.map((list) =>
    list.reduce((document: unknown, [path, by]) => replaced(document, path, by), sound),
  );
}

/** A valid package, or an error that says so. */
function soundOrSaid(read: () => unknown): void {
  try {
    modelPackageSchema.parse(read());
  } catch (error) {
    if (!isCareError(error, 'MANIFEST_INVALID', 'UNSUPPORTED')) throw error;
  }
}

const steps = {
  'static-crop': { enabled: true, x_min: 10, x_max: 90, y_min: 0, y_max: 50 },
  contrast: { enabled: true, type: 'Contrast Stretching' },
  grayscale: { enabled: true },
};

describe('whatever Roboflow says, there is a valid package or a CareError', () => {
  it('environment.json', () => {
    const sound = {
      ...ENVIRONMENT,
      PREPROCESSING: { ...ENVIRONMENT.PREPROCESSING, ...steps },
      RESOLUTION: [64, 64],
      MULTICLASS: true,
    };
    const texts = fc.constantFrom('object-detection', 'classification', 'keypoint-detection', 'x', undefined);
    const types = fc.constantFrom('yolov8n', 'rfdetr-base', 'vit', 'ort', 'yolonas', '', undefined);
    fc.assert(
      fc.property(
        spoilt(sound),
        texts,
        types,
        fc.constantFrom('trained' as const, 'served' as const),
        (environment, taskType, modelType, reading) => {
          const facts = {
            id: 'ward/3',
            taskType,
            modelType,
            environment,
            classes: undefined,
            colors: undefined,
            keypoints: undefined,
          };
          soundOrSaid(() => classicPackage(facts, REFERENCE, reading));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('inference_config.json', () => {
    const sound = {
      ...inferenceConfig(
        {
          normalization: [
            [0.1, 0.2, 0.3],
            [1, 2, 3],
          ],
          dataset_version_resize_dimensions: { width: 64, height: 64 },
          dynamic_spatial_size_mode: { type: 'pad-to-be-divisible', value: 32 },
        },
        {
          post_processing: {
            type: 'nms',
            fused: true,
            nms_parameters: {
              max_detections: 9,
              confidence_threshold: 0.2,
              iou_threshold: 0.3,
              class_agnostic: 1,
            },
          },
        },
      ),
      image_pre_processing: steps,
      class_names_operations: [{ type: 'class_name_removal', class_name: 'bed' }],
    };
    const architectures = fc.constantFrom('yolov8', 'rfdetr', 'vit', 'yolo26', 'something-new');
    const tasks = fc.constantFrom('object-detection', 'multi-label-classification', 'instance-segmentation');
    fc.assert(
      fc.property(spoilt(sound), architectures, tasks, (config, architecture, taskType) => {
        const one = {
          packageId: 'aaaa',
          precision: 'fp32',
          batch: 1,
          trusted: true,
          classNames: CLASSES,
          config,
          artifacts: [{ name: 'weights.onnx', role: 'model' as const }],
        };
        soundOrSaid(
          () =>
            packagedModel({ id: 'ward/3', architecture, taskType }, [one], [], REFERENCE, 'trained').model,
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('the list of packages', () => {
    const sound = {
      type: 'external-model-package-v1',
      packageId: 'aaaa',
      packageManifest: onnxManifest(),
      modelFeatures: { nms_fused: { max_detections: 3 } },
      recommendedParameters: { confidence: 0.3 },
      packageFiles: ['weights.onnx', 'class_names.txt', 'inference_config.json'].map((fileHandle) => ({
        fileHandle,
        downloadUrl: `http://127.0.0.1/${fileHandle}`,
        md5Hash: 'd41d8cd98f00b204e9800998ecf8427e',
      })),
    };
    expect(sortPackages([sound])).toMatchObject({ usable: [{}], skipped: [] });
    fc.assert(
      fc.property(fc.array(spoilt(sound), { maxLength: 3 }), (packages) => {
        const { usable, skipped } = sortPackages(packages);
        expect(usable.length + skipped.length).toBe(packages.length);
        for (const { reason } of skipped) expect(reason).not.toContain('http://');
      }),
      { numRuns: 1000 },
    );
  });

  it('keypoints_metadata.json and class_names.txt', () => {
    const sound = [
      { object_class_id: 0, keypoints: { '0': 'nose', '1': 'eye' }, edges: [{ from: 0, to: 1 }] },
    ];
    expect(keypointSpec(readKeypoints(sound))).toEqual({ names: ['nose', 'eye'], skeleton: [[0, 1]] });
    fc.assert(
      fc.property(spoilt(sound), fc.string({ unit: 'binary' }), (value, text) => {
        for (const read of [() => keypointSpec(readKeypoints(value)), () => classNamesOfText(text)]) {
          try {
            read();
          } catch (error) {
            if (!isCareError(error, 'MANIFEST_INVALID')) throw error;
          }
        }
      }),
    );
  });

  it('whole answers, over HTTP', async () => {
    const server = await startServer();
    const registry = await registryOf(server, { options: { attempts: 1 } });
    const links = {
      model: `${server.origin}/storage/x?X-Goog-Signature=1`,
      environment: `${server.origin}/storage/y`,
    };
    const documents = fc.oneof(
      spoilt({ ort: { ...links, type: 'object-detection', modelType: 'yolov8n', classes: CLASSES } }),
      spoilt({
        modelMetadata: {
          type: 'external-model-metadata-v1',
          modelId: 'a',
          modelArchitecture: 'yolov8',
          modelPackages: [],
          nextPage: null,
        },
      }),
      fc.string().map((text) => ({ text })),
    );
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const body = JSON.stringify(document);
        server.fail({ status: 200, body }, { status: 200, body });
        const error: unknown = await registry.resolve(REFERENCE).catch((caught: unknown) => caught);
        server.unfail();
        if (!isCareError(error)) throw new Error(`no CareError: ${String(error)}`);
        expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain(API_KEY);
      }),
      { numRuns: 100 },
    );
  });
});
