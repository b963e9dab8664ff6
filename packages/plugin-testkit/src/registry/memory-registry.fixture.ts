import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import {
  CareError,
  defineRegistry,
  type ModelPackage,
  type ModelRegistry,
  type RegistryCallOptions,
} from '@care/registry-core';
import { z } from 'zod';
import type { RegistrySubject } from './registry-subject.js';

/** A correct registry of one model in memory, whose file `fetch` writes to a folder. */
export function memoryRegistry(folder: () => Promise<string>): ModelRegistry {
  const bytes = Buffer.from('weights');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const artifact = { name: 'model.onnx', role: 'model', size: bytes.length, sha256 } as const;
  const withArtifacts = (artifacts: ModelPackage['variants'][number]['artifacts']): ModelPackage => ({
    ...MODEL,
    variants: [{ id: 'onnx-fp32', format: 'onnx', precision: 'fp32', artifacts }],
  });
  const checkSignal = (options?: RegistryCallOptions) => {
    if (options?.signal?.aborted === true) throw new CareError('ABORTED', 'cancelled');
  };
  return {
    contract: 1,
    name: 'memory',
    async resolve(reference, options) {
      checkSignal(options);
      await Promise.resolve();
      if (reference.modelId === 'broken') throw new CareError('MANIFEST_INVALID', 'broken is broken');
      const { modelId, version = '' } = MODEL;
      if (reference.modelId !== modelId || ![undefined, 'latest', version].includes(reference.selector)) {
        throw new CareError('MODEL_NOT_FOUND', `no ${reference.raw}`);
      }
      return withArtifacts([artifact]);
    },
    list(options) {
      return Promise.resolve().then(() => {
        checkSignal(options);
        return [{ modelId: MODEL.modelId, version: '1.0.0', task: MODEL.task }];
      });
    },
    async fetch(_model, _variantId, options) {
      checkSignal(options);
      const path = join(await folder(), artifact.name);
      await writeFile(path, bytes);
      return withArtifacts([{ ...artifact, path }]);
    },
    watch: () => Promise.resolve(() => Promise.resolve()),
    dispose: () => Promise.resolve(),
  };
}

/** The registry with a folder of its own, and parts replaced by wrong ones. */
export function memorySubject(
  wrong: (registry: ModelRegistry) => Partial<RegistrySubject> = () => ({}),
): RegistrySubject {
  let folder: Promise<string> | undefined;
  const registry = memoryRegistry(() => (folder ??= mkdtemp(join(tmpdir(), 'care-memory-'))));
  return {
    registry,
    has: 'fall-detector',
    missing: 'no-such-model',
    broken: { reference: 'broken', code: 'MANIFEST_INVALID' },
    definition: defineRegistry({ name: 'memory', options: z.object({}), create: () => registry }),
    dispose: async () => {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
    ...wrong(registry),
  };
}

const MODEL: ModelPackage = {
  modelId: 'fall-detector',
  version: '1.0.0',
  task: 'object-detection',
  classNames: ['person'],
  inputSize: { height: 320, width: 320 },
  preprocessing: {
    resize: 'letterbox',
    padPosition: 'center',
    padValue: 114,
    color: 'rgb',
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    interpolation: 'bilinear',
  },
  postprocessing: {
    decoder: 'auto',
    decoderOptions: {},
    confidenceThreshold: 0.5,
    iouThreshold: 0.45,
    maxDetections: 300,
    classAgnosticNms: false,
    multiLabel: false,
  },
  variants: [],
  metadata: {},
};
