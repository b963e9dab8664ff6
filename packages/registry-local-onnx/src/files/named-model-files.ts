import { variantFormat, type JsonPath, type Manifest } from '@care/model-manifest';

/** A model file as a manifest names it. */
export interface NamedModelFile {
  readonly jsonPath: JsonPath;
  /** The same for messages: `variants[0].model_path`. */
  readonly field: string;
  readonly modelPath: string;
  readonly format: string;
  readonly sha256?: string | undefined;
  /** The file at the manifest's own `model_path`, not one of a variant. */
  readonly isMain: boolean;
}

/** The file at `model_path`, then those of the variants in their order. */
export function namedModelFiles(manifest: Manifest): [NamedModelFile, ...NamedModelFile[]] {
  const variants = (manifest.variants ?? []).map((variant, index): NamedModelFile => ({
    jsonPath: ['variants', index, 'model_path'],
    field: `variants[${index}].model_path`,
    modelPath: variant.model_path,
    format: variantFormat(variant, variant.model_path),
    sha256: variant.sha256,
    isMain: false,
  }));
  return [mainModelFile(manifest.model_path, manifest.sha256), ...variants];
}

export function mainModelFile(modelPath: string, sha256?: string): NamedModelFile {
  return { jsonPath: ['model_path'], field: 'model_path', modelPath, format: 'onnx', sha256, isMain: true };
}
