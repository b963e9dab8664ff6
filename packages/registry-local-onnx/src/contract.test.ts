import { registryContract } from '@care/plugin-testkit';
import plugin from './index.js';
import { DETECTOR, localRegistry, manifestOf, modelsDirectory } from './models-directory.fixture.js';

registryContract(async () => {
  const dir = await modelsDirectory({
    'bed/detector.onnx': DETECTOR,
    'bed/old.json': manifestOf('bed', { version: '1.0.0' }),
    'bed/new.json': manifestOf('bed', { version: '1.1.0' }),
    'cut.json': '{ "model_id": "cut", ',
  });
  const { registry } = localRegistry(dir, { strict: false });
  return {
    registry,
    has: 'bed',
    missing: 'no-such-model',
    broken: { reference: 'cut', code: 'MANIFEST_INVALID' },
    definition: plugin,
  };
});
