import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CLASS_NAMES, constantDetector, INPUT } from './constant-detector.fixture.mjs';

/** Writes a registry package as a stranger would: plain JavaScript, another scope, the model inside. */
export function writeThirdPartyRegistry(dir, coreRange) {
  mkdirSync(dir, { recursive: true });
  const write = (file, content) => writeFileSync(path.join(dir, file), content);
  write('shelf.onnx', constantDetector());
  write('registry.js', REGISTRY);
  write(
    'package.json',
    JSON.stringify({
      name: '@acme/shelf',
      version: '2.3.4',
      type: 'module',
      exports: './registry.js',
      'care-registry': { contract: 1, registries: { shelf: './registry.js' } },
      dependencies: { zod: '^4.0.0' },
      peerDependencies: { '@care/registry-core': coreRange },
    }),
  );
}

const REGISTRY = `
import { fileURLToPath } from 'node:url';
import { CareError, defineRegistry } from '@care/registry-core';
import { z } from 'zod';

const model = {
  modelId: 'bed-finder',
  version: '1.0.0',
  task: 'object-detection',
  classNames: ${JSON.stringify(CLASS_NAMES)},
  inputSize: { height: ${INPUT}, width: ${INPUT} },
  preprocessing: {
    resize: 'letterbox', padPosition: 'center', padValue: 114, color: 'rgb', scale: 1 / 255,
    mean: [0, 0, 0], std: [1, 1, 1], interpolation: 'bilinear',
  },
  postprocessing: {
    decoder: 'auto', decoderOptions: {}, confidenceThreshold: 0.5, iouThreshold: 0.45,
    maxDetections: 100, classAgnosticNms: false, multiLabel: false,
  },
  variants: [{
    id: 'onnx-fp32', format: 'onnx', precision: 'fp32',
    artifacts: [{ name: 'shelf.onnx', role: 'model', path: fileURLToPath(new URL('shelf.onnx', import.meta.url)) }],
  }],
  metadata: {},
};

export default defineRegistry({
  name: 'shelf',
  options: z.object({}),
  create: () => ({
    contract: 1,
    name: 'shelf',
    async resolve({ modelId }) {
      if (modelId !== model.modelId) throw new CareError('MODEL_NOT_FOUND', 'the shelf has no ' + modelId);
      return model;
    },
  }),
});
`;
