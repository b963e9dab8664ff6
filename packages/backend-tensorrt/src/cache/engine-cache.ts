import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LoadedModel, PluginContext } from '@care/registry-core';
import type { TensorRtOptions } from '../options.js';
import type { GpuFacts } from '../requirements/gpu.js';

/** Everything an engine depends on: one that was built under any other of these never serves. */
export interface EngineIdentity {
  readonly gpu: string;
  readonly driver: string;
  /** Of ONNX Runtime, which names the TensorRT it was built with. */
  readonly runtime: string;
  /** SHA-256 of the model file and of its external data by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly precision: string;
  readonly options: string;
}

export function engineIdentity(
  model: LoadedModel,
  options: TensorRtOptions,
  { cards, driver }: GpuFacts,
  runtime: string,
): EngineIdentity {
  const files = [model.model, ...model.externalData];
  const { maxWorkspaceBytes, profiles, builderOptimizationLevel, excludedOperators, providerOptions } =
    options;
  const { precision, int8CalibrationTable, fallback } = options;
  const built = [
    precision,
    int8CalibrationTable,
    maxWorkspaceBytes,
    profiles,
    builderOptimizationLevel,
    excludedOperators,
    providerOptions,
    fallback,
  ];
  return {
    // Which of several cards a number means depends on CUDA_DEVICE_ORDER: all of them, then.
    gpu: `${options.deviceId} of ${cards.join(', ')}`,
    driver,
    runtime,
    files: Object.fromEntries(
      files.map(({ name, bytes, sha256 }) => [
        name,
        sha256 ?? createHash('sha256').update(bytes).digest('hex'),
      ]),
    ),
    precision: model.precision,
    options: JSON.stringify(built),
  };
}

/** The folders of one model's engines, and of the timings that all models of one GPU share. */
export interface EngineFolders {
  readonly engines: string;
  readonly timings: string;
  /** Engines that were there already. */
  readonly found: number;
}

/** Makes the folders and writes beside the engines, for people, what they were built for. */
export async function engineFolders(root: string, identity: EngineIdentity): Promise<EngineFolders> {
  const { gpu, driver, runtime } = identity;
  const engines = join(root, keyOf(identity));
  const timings = join(root, `timings-${keyOf({ gpu, driver, runtime })}`);
  await mkdir(engines, { recursive: true });
  await mkdir(timings, { recursive: true });
  const about = join(engines, 'about.json');
  if (!existsSync(about)) await writeFile(about, `${JSON.stringify(identity, undefined, 2)}\n`);
  const found = (await readdir(engines)).filter((name) => name.endsWith('.engine')).length;
  return { engines, timings, found };
}

function keyOf(facts: object): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}

/** `dir`, else below CARE's cache directory as the environment names it; undefined where there is no such place. */
export function engineCacheRoot(
  { engineCache }: TensorRtOptions,
  { env, rootDir }: Pick<PluginContext, 'env' | 'rootDir'>,
): string | undefined {
  if (engineCache === false) return undefined;
  const { CARE_CACHE_DIR: care, MODEL_CACHE_DIR: models, XDG_CACHE_HOME: xdg, HOME: home } = env;
  const below = (base: string | undefined, ...names: string[]) =>
    base === undefined || base === '' ? undefined : join(base, ...names);
  return (
    below(engineCache.dir === undefined ? undefined : resolve(rootDir, engineCache.dir)) ??
    below(care, 'tensorrt-engines') ??
    below(models, 'tensorrt-engines') ??
    below(xdg, 'care', 'tensorrt-engines') ??
    below(home, '.cache', 'care', 'tensorrt-engines')
  );
}
