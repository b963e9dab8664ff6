import type { ModelVariant } from '@care/registry-core';
import { z } from 'zod';
import { CLASS_NAMES } from '../description/class-names.js';
import { schemaProblems } from '../description/content-error.js';
import type { SkippedPackage } from '../description/model-packages.js';
import { modelFeatures, recommendedParameters } from '../postprocessing/postprocessing.js';
import { INFERENCE_CONFIG } from '../preprocessing/network-input.js';

export const KEYPOINTS = 'keypoints_metadata.json';
const text = z.string().min(1).max(4096);

const packageFile = z.looseObject({
  fileHandle: text.regex(/^\w[\w.-]*$/, 'expected a plain file name'),
  downloadUrl: z.url({ protocol: /^https?$/ }),
  md5Hash: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/, 'expected 32 hexadecimal digits')
    .transform((hash) => hash.toLowerCase())
    .nullish(),
});

const modelPackage = z.looseObject({
  type: z.literal('external-model-package-v1'),
  packageId: text.regex(/^[\w-]+$/, 'expected letters and digits'),
  packageManifest: z.looseObject({ type: z.string() }),
  modelFeatures: modelFeatures.nullish(),
  packageFiles: z.array(packageFile).max(1000),
  trustedSource: z.boolean().default(false),
  recommendedParameters: recommendedParameters.nullish(),
});

const onnxManifest = z
  .looseObject({
    dynamicBatchSize: z.boolean().default(false),
    staticBatchSize: z.int().min(1).nullish(),
    quantization: text.max(64),
    opset: z.int().nullish(),
    incompatibleProviders: z.array(z.string()).nullish(),
  })
  .refine(
    ({ dynamicBatchSize, staticBatchSize }) => dynamicBatchSize || typeof staticBatchSize === 'number',
    {
      message: 'neither dynamicBatchSize nor staticBatchSize is stated',
    },
  );

export type PackageFile = z.output<typeof packageFile>;

/** A package that holds an ONNX model and its description. */
export interface ListedPackage {
  readonly one: z.output<typeof modelPackage>;
  readonly manifest: z.output<typeof onnxManifest>;
}

/** ONNX packages that hold what is needed, and why the others are left out. Nothing that is unknown is fatal. */
export function sortPackages(packages: readonly unknown[]): {
  usable: readonly ListedPackage[];
  skipped: readonly SkippedPackage[];
} {
  const usable: ListedPackage[] = [];
  const skipped: SkippedPackage[] = [];
  packages.forEach((value, index) => {
    const parsed = modelPackage.safeParse(value);
    if (!parsed.success) {
      const reason = `it cannot be read (${schemaProblems(parsed.error)})`;
      skipped.push({ package: nameOf(value, index), reason });
      return;
    }
    const one = parsed.data;
    const twice = usable.some((other) => other.one.packageId === one.packageId);
    const reason = twice ? 'it is listed twice' : (otherFormat(one) ?? missingFile(one));
    const manifest = onnxManifest.safeParse(one.packageManifest);
    if (reason !== undefined) skipped.push({ package: one.packageId, reason });
    else if (manifest.success) usable.push({ one, manifest: manifest.data });
    else {
      const problems = schemaProblems(manifest.error);
      skipped.push({ package: one.packageId, reason: `its manifest cannot be read (${problems})` });
    }
  });
  return { usable, skipped };
}

function nameOf(value: unknown, index: number): string {
  const named = z.looseObject({ packageId: text.max(256) }).safeParse(value);
  return named.success ? named.data.packageId : `package ${index + 1}`;
}

function otherFormat({ packageManifest: { type } }: ListedPackage['one']): string | undefined {
  if (type === 'onnx-model-package-v1') return undefined;
  if (type === 'trt-model-package-v1') {
    return 'a TensorRT engine runs only on the GPU, driver and TensorRT it was built with, and a variant cannot say which';
  }
  return `its form is ${type.slice(0, 80)}, and CARE runs ONNX`;
}

function missingFile({ packageFiles }: ListedPackage['one']): string | undefined {
  const handles = packageFiles.map(({ fileHandle }) => fileHandle);
  const twice = handles.find((handle, index) => handles.indexOf(handle) !== index);
  if (twice !== undefined) return `it holds ${twice} twice`;
  const missing = [CLASS_NAMES, INFERENCE_CONFIG].filter((handle) => !handles.includes(handle));
  if (missing.length > 0) return `it has no ${missing.join(' and no ')}`;
  return weightsOf(packageFiles) === undefined ? 'it has no ONNX file, or several' : undefined;
}

/** `weights.onnx`, or the only ONNX file. */
function weightsOf(files: readonly PackageFile[]): PackageFile | undefined {
  const named = files.find(({ fileHandle }) => fileHandle === 'weights.onnx');
  const models = files.filter(({ fileHandle }) => fileHandle.toLowerCase().endsWith('.onnx'));
  return named ?? (models.length === 1 ? models[0] : undefined);
}

const DESCRIPTIONS = new Set([CLASS_NAMES, INFERENCE_CONFIG, KEYPOINTS, 'model_config.json']);

/** Weights, and what else an ONNX package holds that is no description: tensors beside the graph. */
export function artifactsOf({ packageFiles }: ListedPackage['one']): ModelVariant['artifacts'] {
  const weights = weightsOf(packageFiles);
  return packageFiles
    .filter(({ fileHandle }) => !DESCRIPTIONS.has(fileHandle))
    .map((file) => ({ name: file.fileHandle, role: file === weights ? 'model' : 'external-data' }));
}
