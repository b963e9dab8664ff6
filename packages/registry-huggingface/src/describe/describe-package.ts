import { tensorSpecs, toModelPackage, type OnnxFacts } from '@care/model-manifest';
import type { ArtifactFile, ModelPackage, ModelVariant, StaleAnswer } from '@care/registry-core';
import type { DescribedVariant, Description } from './description.js';

/** What is here of a variant. */
export interface LocalVariant {
  /** Path by the file's path in the repository. */
  readonly paths: ReadonlyMap<string, string>;
  /** Of the model file, when it is here and ONNX. */
  readonly onnx?: OnnxFacts;
}

export interface PackageContext {
  readonly modelId: string;
  readonly endpoint: string;
  readonly revision: string;
  /** In the order of the description's variants. */
  readonly local: readonly LocalVariant[];
  /** Paths of the probes' pictures; absent unless all are here. */
  readonly probes?: readonly string[];
  readonly stale?: StaleAnswer;
}

/** The package of a description: its version is the commit, so that `modelId@version` is this and nothing else. */
export function describePackage(description: Description, context: PackageContext): ModelPackage {
  const { repo, commit, manifest, variants } = description;
  const { modelId, endpoint, revision, local, probes, stale } = context;
  // The paths of its one variant are replaced: they are of files that may not be here.
  const described = toModelPackage(manifest, {
    main: { path: `/${manifest.model_path}`, size: 0 },
    ...(probes === undefined ? {} : { probes }),
  });
  const { version: stated, ...rest } = described;
  return {
    ...rest,
    modelId,
    version: commit,
    variants: variants.map((variant, index) => describeVariant(variant, local[index])),
    metadata: {
      ...rest.metadata,
      huggingface: { repo, revision, commit, ...(stated === undefined ? {} : { version: stated }) },
    },
    source: `${endpoint}/${repo}/tree/${commit}`,
    ...(stale === undefined ? {} : { stale }),
  };
}

function describeVariant(
  { id, format, precision, files }: DescribedVariant,
  local: LocalVariant | undefined,
): ModelVariant {
  const artifacts = files.map(({ name, role, path, size, sha256 }): ArtifactFile => {
    const here = local?.paths.get(path);
    return {
      name,
      role,
      ...(here === undefined ? {} : { path: here }),
      size,
      ...(sha256 === undefined ? {} : { sha256 }),
    };
  });
  const onnx = local?.onnx;
  return {
    id,
    format,
    precision,
    artifacts,
    ...(onnx === undefined
      ? {}
      : {
          inputs: tensorSpecs(onnx.inputs),
          outputs: tensorSpecs(onnx.outputs),
          exporterMetadata: onnx.metadata,
        }),
  };
}
