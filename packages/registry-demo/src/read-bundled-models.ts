import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  readManifestFile,
  readOnnxFile,
  requireManifest,
  toModelPackage,
  variantFormat,
  type VariantFacts,
} from '@care/model-manifest';
import { CareError, type ModelPackage } from '@care/registry-core';

/**
 * Reads the manifests below a folder (`<model>/<version>.json`) and the graphs they point to. Weights are not hashed here:
 * the manifests state size and SHA-256, and whoever loads a file checks it against them.
 * @throws CareError MANIFEST_INVALID, ARTIFACT_MISSING, ARTIFACT_CORRUPT
 */
export async function readBundledModels(directory: string): Promise<ModelPackage[]> {
  let names: string[];
  try {
    names = await readdir(directory, { recursive: true });
  } catch (cause) {
    throw new CareError('ARTIFACT_MISSING', `The folder of the demo models cannot be read: ${directory}.`, {
      remedy: 'Reinstall @care/registry-demo.',
      cause,
    });
  }
  const manifests = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(manifests.map((name) => readPackage(join(directory, name))));
}

async function readPackage(path: string): Promise<ModelPackage> {
  const manifest = requireManifest(await readManifestFile(path));
  const facts = (file: string, format?: string): Promise<VariantFacts> =>
    readVariant(resolve(dirname(path), file), format);
  const main = await facts(manifest.model_path);
  const variants = await Promise.all(
    (manifest.variants ?? []).map(({ model_path, format }) => facts(model_path, format)),
  );
  return toModelPackage(manifest, { source: path, main, variants });
}

async function readVariant(path: string, format?: string): Promise<VariantFacts> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new CareError('ARTIFACT_MISSING', `A demo model's file is missing: ${path}.`, {
      remedy: 'Reinstall @care/registry-demo.',
      cause,
    });
  });
  return variantFormat({ format }, path) === 'onnx'
    ? { path, size, onnx: await readOnnxFile(path) }
    : { path, size };
}
