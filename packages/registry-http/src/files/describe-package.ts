import { basename } from 'node:path';
import {
  checkManifestAgainstModel,
  isError,
  parseManifest,
  problemsError,
  tensorSpecs,
  toModelPackage,
  type Manifest,
} from '@care/model-manifest';
import type { ArtifactFile, ModelPackage, ModelVariant, StaleAnswer } from '@care/registry-core';
import type { LocalVariant, NamedFile } from './model-files.js';

export interface PackageFacts {
  /** For people: where the manifest is. */
  readonly source: string;
  /** That of `model_path`, then one for each entry of `variants`. */
  readonly files: readonly NamedFile[];
  /** In the same order; undefined for what is not here. */
  readonly local: readonly (LocalVariant | undefined)[];
  readonly stale?: StaleAnswer | undefined;
}

/** @throws CareError MODEL_INCOMPATIBLE where a manifest and a file that is here disagree */
export function describePackage(
  manifest: Manifest,
  { source, files, local, stale }: PackageFacts,
): ModelPackage {
  // Paths that stand for files which may not be here; each is replaced below.
  const placeholder = { path: '/', size: 0 };
  const described = toModelPackage(manifest, {
    source,
    main: placeholder,
    variants: (manifest.variants ?? []).map(() => placeholder),
  });
  return {
    ...described,
    variants: described.variants.map((variant, index) => {
      const [file, here] = [files[index], local[index]];
      if (here?.onnx !== undefined) check(manifest, source, here.onnx);
      return describeVariant(variant, file, here);
    }),
    ...(stale === undefined ? {} : { stale }),
  };
}

function check(manifest: Manifest, source: string, onnx: NonNullable<LocalVariant['onnx']>): void {
  const { locate } = parseManifest(JSON.stringify(manifest), source);
  const errors = checkManifestAgainstModel(manifest, onnx, { file: source, locate }).filter(isError);
  if (errors.length === 0) return;
  throw problemsError('MODEL_INCOMPATIBLE', `The manifest ${source} and its model file disagree`, errors);
}

function describeVariant(
  { id, format, precision }: ModelVariant,
  file: NamedFile | undefined,
  here: LocalVariant | undefined,
): ModelVariant {
  const name = basename(file?.path ?? '');
  const model: ArtifactFile = {
    name,
    role: 'model',
    ...(file?.sha256 === undefined ? {} : { sha256: file.sha256 }),
    ...here?.model,
  };
  const external = (here?.external ?? []).map(({ location, path, size, sha256 }): ArtifactFile => ({
    name: location,
    role: 'external-data',
    path,
    size,
    sha256,
  }));
  const onnx = here?.onnx;
  return {
    id,
    format,
    precision,
    artifacts: [model, ...external],
    ...(onnx === undefined
      ? {}
      : {
          inputs: tensorSpecs(onnx.inputs),
          outputs: tensorSpecs(onnx.outputs),
          exporterMetadata: onnx.metadata,
        }),
  };
}
