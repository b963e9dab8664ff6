import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CareError,
  CONTRACT_VERSION,
  silentLogger,
  type ModelPackage,
  type ModelRegistry,
  type ModelVariant,
} from '@care/registry-core';
import type { RawFrame } from '@care/vision';
import type { Care, CareOptions } from '../care/care.js';
import { createCare } from '../care/create-care.js';

const PLUGIN = fileURLToPath(new URL('./fixtures/scripted-backend.mjs', import.meta.url));

/** A host application on disk in which the scripted backend is installed, and further packages as given. */
export interface ScriptedHost {
  readonly root: string;
  /** The file that scripted variants load. */
  readonly modelFile: string;
  care(options?: CareOptions): Promise<Care>;
  dispose(): Promise<void>;
}

export async function scriptedHost(
  packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<ScriptedHost> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'care-manager-')));
  const modelFile = join(root, 'model.scripted');
  await writeFile(modelFile, 'a model');
  const install = async (name: string, files: Readonly<Record<string, string>>): Promise<void> => {
    const folder = join(root, 'node_modules', name);
    await mkdir(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  };
  await install('scripted-backend', {
    'package.json': JSON.stringify({
      name: 'scripted-backend',
      version: '1.0.0',
      'care-registry': { contract: 1, backends: { scripted: './index.mjs' } },
    }),
  });
  await cp(PLUGIN, join(root, 'node_modules', 'scripted-backend', 'index.mjs'));
  for (const [name, files] of Object.entries(packages)) await install(name, files);
  const names = ['scripted-backend', ...Object.keys(packages)];
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'host', dependencies: Object.fromEntries(names.map((name) => [name, '*'])) }),
  );
  const opened: Care[] = [];
  return {
    root,
    modelFile,
    care: async (options = {}) => {
      const care = await createCare({
        root,
        registries: [registryOf([detectorPackage([scriptedVariant(modelFile)])])],
        logger: silentLogger,
        ...options,
      });
      opened.push(care);
      return care;
    },
    dispose: async () => {
      for (const care of opened) await care.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export function scriptedVariant(
  path: string,
  more: Partial<ModelVariant['artifacts'][number]> = {},
): ModelVariant {
  return {
    id: 'scripted',
    format: 'scripted',
    precision: 'fp32',
    artifacts: [{ name: 'model', role: 'model', path, ...more }],
  };
}

/** A detector of two classes whose preprocessing leaves a 32 x 32 picture as it is. */
export function detectorPackage(
  variants: readonly ModelVariant[],
  more: Partial<ModelPackage> = {},
): ModelPackage {
  return {
    modelId: 'grey',
    task: 'object-detection',
    classNames: ['light', 'dark'],
    inputSize: { height: 32, width: 32 },
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
      decoder: 'yolov8',
      decoderOptions: {},
      confidenceThreshold: 0.01,
      iouThreshold: 0.45,
      maxDetections: 10,
      classAgnosticNms: false,
      multiLabel: false,
    },
    variants,
    metadata: {},
    ...more,
  };
}

export function registryOf(models: readonly ModelPackage[], name = 'test'): ModelRegistry {
  return {
    contract: CONTRACT_VERSION,
    name,
    resolve: ({ modelId }) => {
      const model = models.find((candidate) => candidate.modelId === modelId);
      if (model !== undefined) return Promise.resolve(model);
      return Promise.reject(new CareError('MODEL_NOT_FOUND', `no model "${modelId}"`));
    },
  };
}

/** What the scripted backend does with a picture of this grey (see its ACTIONS); below 200 it just answers. */
export const GREY = {
  exit: 201,
  hang: 202,
  slow: 203,
  fail: 204,
  abort: 205,
  uncaught: 206,
  print: 207,
} as const;

/** A 32 x 32 picture of one grey. */
export function greyFrame(grey: number): RawFrame {
  return { data: new Uint8Array(32 * 32 * 3).fill(grey), width: 32, height: 32, format: 'rgb' };
}
