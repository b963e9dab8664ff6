import type { StoredArtifact } from '@care/artifact-store';
import type { ArtifactFile, ModelPackage, ModelVariant } from '@care/registry-core';
import type { ModelDescription } from '../description/model-description.js';
import { fixedSides, graphFacts, inputSizeOf } from './graph-facts.js';
import { filesOf, type KnownFiles } from './known-files.js';

/**
 * The package as it stands on this machine: variants whose files are here have their paths and what their graphs say.
 * `required`: the variant whose faults are thrown; those of others make them look as if they were not here.
 * @throws CareError `ARTIFACT_CORRUPT`, `MODEL_INCOMPATIBLE`
 */
export async function localPackage(
  description: ModelDescription,
  known: KnownFiles,
  { required, signal }: { readonly required?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<ModelPackage> {
  const { model, graphGivesInputSize } = description;
  let { inputSize } = model;
  const variants: ModelVariant[] = [];
  for (const variant of model.variants) {
    const files = await Promise.all(
      filesOf(description, variant.id).map((file) => known.find(description.id, file)),
    );
    const artifacts = variant.artifacts.map((artifact, index) => withFile(artifact, files[index]));
    const path = artifacts.find(({ role }) => role === 'model')?.path;
    if (path === undefined || artifacts.some((artifact) => artifact.path === undefined)) {
      variants.push(variant);
      continue;
    }
    try {
      const facts = await graphFacts(path, signal);
      inputSize = inputSizeOf(model, variant.id, fixedSides(facts.inputs), graphGivesInputSize);
      variants.push({ ...variant, artifacts, ...facts });
    } catch (error) {
      if (variant.id === required) throw error;
      variants.push(variant);
    }
  }
  return { ...model, inputSize, variants };
}

function withFile(artifact: ArtifactFile, stored: StoredArtifact | undefined): ArtifactFile {
  if (stored === undefined) return artifact;
  const { path, size, sha256 } = stored;
  return { ...artifact, path, size, sha256 };
}
