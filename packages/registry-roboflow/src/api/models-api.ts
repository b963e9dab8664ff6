import { isCareError } from '@care/registry-core';
import { CLASS_NAMES, classNamesOfText } from '../description/class-names.js';
import type { ModelFacts, OnnxPackage, SkippedPackage } from '../description/model-packages.js';
import { parseContent } from '../description/parse-content.js';
import { INFERENCE_CONFIG } from '../preprocessing/network-input.js';
import { modelPages } from './model-pages.js';
import {
  artifactsOf,
  KEYPOINTS,
  sortPackages,
  type ListedPackage,
  type PackageFile,
} from './package-list.js';
import { throughGateway, type RoboflowApi } from './roboflow-api.js';
import { readSmallFile } from './small-file.js';

/** A package and its files with their signed URLs. */
export interface AnsweredPackage extends OnnxPackage {
  readonly files: readonly PackageFile[];
}

/** A model of the models protocol: its ONNX packages with their small files read, all others named with the reason. */
export interface ModelsAnswer {
  readonly facts: ModelFacts;
  readonly packages: readonly AnsweredPackage[];
  readonly skipped: readonly SkippedPackage[];
}

/**
 * Asks the models protocol; the key is a header there.
 * @throws CareError `MODEL_NOT_FOUND`, `UNAUTHORIZED`, `REGISTRY_UNAVAILABLE`, `REGISTRY_TIMEOUT`, `OFFLINE`, `ARTIFACT_CORRUPT`,
 * `DOWNLOAD_FAILED`
 */
export async function askModels(
  api: RoboflowApi,
  id: string,
  signal: AbortSignal | undefined,
): Promise<ModelsAnswer> {
  const { metadata, packages } = await modelPages(api, id, signal);
  const { usable, skipped } = sortPackages(packages);
  const content = smallFiles(api, signal);
  const read = await Promise.all(usable.map((one) => readPackage(one, content)));
  return {
    facts: {
      id: metadata.modelId,
      architecture: metadata.modelArchitecture,
      variant: metadata.modelVariant ?? undefined,
      taskType: metadata.taskType ?? 'object-detection',
      recommended: metadata.recommendedParameters,
    },
    packages: read.flatMap((one) => ('reason' in one ? [] : [one])),
    skipped: [...skipped, ...read.flatMap((one) => ('reason' in one ? [one] : []))],
  };
}

type ReadFile = (file: PackageFile) => Promise<Buffer>;

/** A package whose files cannot be read is left out, and named; the network failing is another matter. */
async function readPackage(
  { one, manifest }: ListedPackage,
  content: ReadFile,
): Promise<AnsweredPackage | SkippedPackage> {
  const file = (handle: string): PackageFile | undefined =>
    one.packageFiles.find(({ fileHandle }) => fileHandle === handle);
  const read = async (handle: string): Promise<Buffer> => {
    const found = file(handle);
    return found === undefined ? Buffer.alloc(0) : await content(found);
  };
  const [classes, config, keypoints] = await Promise.all([
    read(CLASS_NAMES),
    read(INFERENCE_CONFIG),
    read(KEYPOINTS),
  ]);
  try {
    return {
      packageId: one.packageId,
      precision: manifest.quantization.toLowerCase(),
      batch: manifest.dynamicBatchSize ? undefined : (manifest.staticBatchSize ?? undefined),
      opset: manifest.opset ?? undefined,
      incompatibleProviders: manifest.incompatibleProviders ?? undefined,
      trusted: one.trustedSource,
      features: one.modelFeatures,
      recommended: one.recommendedParameters,
      classNames: classNamesOfText(classes.toString('utf8')),
      config: parseContent(config, INFERENCE_CONFIG),
      ...(file(KEYPOINTS) === undefined ? {} : { keypoints: parseContent(keypoints, KEYPOINTS) }),
      artifacts: artifactsOf(one),
      files: one.packageFiles,
    };
  } catch (error) {
    if (isCareError(error, 'MANIFEST_INVALID')) return { package: one.packageId, reason: error.message };
    throw error;
  }
}

/** Packages of a model share most small files: each is fetched once. */
function smallFiles({ client, settings }: RoboflowApi, signal: AbortSignal | undefined): ReadFile {
  const asked = new Map<string, Promise<Buffer>>();
  return ({ fileHandle: name, downloadUrl, md5Hash }) => {
    const md5 = md5Hash ?? undefined;
    const key = md5 ?? downloadUrl;
    const file = { name, url: throughGateway(downloadUrl, settings.gateway), md5 };
    const known = asked.get(key) ?? readSmallFile(client, file, signal);
    asked.set(key, known);
    return known;
  };
}
