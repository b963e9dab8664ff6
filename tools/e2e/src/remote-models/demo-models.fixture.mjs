import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '@care/tools/nx.mjs';
import { HubServer, ROBOFLOW_TASKS, roboflowPackage, roboflowServer } from './protocol-servers.fixture.mjs';

const DEMO = path.join(root, 'packages/registry-demo');
export const picture = (name) => path.join(DEMO, 'pictures', name);

/** One of the demo's models for each task: manifest and network. */
export const DEMO_MODELS = ['room-detector', 'room-pose', 'room-segmentation', 'room-bed-state'].map((id) => {
  const folder = path.join(DEMO, 'models', id);
  const { sha256, variants, version, ...stated } = JSON.parse(
    readFileSync(path.join(folder, '1.1.0.json'), 'utf8'),
  );
  const classifies = stated.task_type === 'classification';
  const manifest = {
    ...stated,
    // Of the ways to crop, only Roboflow's own can be said in its protocol; a stretched picture means the same everywhere.
    preprocessing: { ...stated.preprocessing, ...(classifies ? { resize: 'stretch' } : {}) },
  };
  return {
    id,
    manifest,
    sha256,
    small: variants[0],
    version,
    weights: readFileSync(path.join(folder, stated.model_path)),
    smallWeights: readFileSync(path.join(folder, variants[0].model_path)),
    picture: picture(classifies ? 'room-bed-2000005.jpg' : 'room-2000021.jpg'),
  };
});

export const ROBOFLOW_IDS = {
  'room-detector': 'rooms/1',
  'room-pose': 'poses/2',
  'room-segmentation': 'shapes/3',
  'room-bed-state': 'beds/4',
};

/** Both servers with all four models, and what a host sets to use them. */
export async function remoteModels() {
  const roboflow = await roboflowServer();
  const hub = await HubServer.start();
  for (const { id, manifest, weights, smallWeights, small } of DEMO_MODELS) {
    roboflow.serve(ROBOFLOW_IDS[id], {
      private: true,
      packaged: {
        ...ROBOFLOW_TASKS[manifest.task_type],
        packages: [
          roboflowPackage(`${id}-full`, manifest, weights),
          roboflowPackage(`${id}-small`, manifest, smallWeights, { quantization: 'int8' }),
        ],
      },
    });
    await hub.publish(`rooms/${id}`, {
      'care.json': {
        ...manifest,
        variants: [{ id: small.id, model_path: small.model_path, precision: small.precision }],
      },
      [manifest.model_path]: weights,
      [small.model_path]: smallWeights,
    });
  }
  return {
    roboflow,
    hub,
    env: { ROBOFLOW_API_HOST: roboflow.origin, API_BASE_URL: roboflow.origin, HF_ENDPOINT: hub.endpoint },
    close: async () => {
      await Promise.all([roboflow.close(), hub.stop()]);
    },
  };
}
