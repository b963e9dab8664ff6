import { stat } from 'node:fs/promises';
import type { ArtifactFile, ModelPackage } from '@care/registry-core';
import { fixedSides, graphFacts, inputSizeOf } from '../download/graph-facts.js';

/** The package with one variant's files, by artifact name, and what its graph says. @throws CareError `ARTIFACT_CORRUPT`, `MODEL_INCOMPATIBLE` */
export async function withLocalGraph(
  model: ModelPackage,
  variantId: string,
  files: ReadonlyMap<string, string>,
  graphIsRight: boolean,
  signal: AbortSignal | undefined,
): Promise<ModelPackage> {
  const variant = model.variants.find(({ id }) => id === variantId);
  const weights = variant?.artifacts.find(({ role }) => role === 'model')?.name;
  const path = weights === undefined ? undefined : files.get(weights);
  if (variant === undefined || path === undefined) return model;
  const artifacts = await Promise.all(
    variant.artifacts.map((artifact) => withPath(artifact, files.get(artifact.name))),
  );
  const facts = await graphFacts(path, signal);
  return {
    ...model,
    inputSize: inputSizeOf(model, variantId, fixedSides(facts.inputs), graphIsRight),
    variants: model.variants.map((one) => (one.id === variantId ? { ...one, artifacts, ...facts } : one)),
  };
}

async function withPath(artifact: ArtifactFile, path: string | undefined): Promise<ArtifactFile> {
  return path === undefined ? artifact : { ...artifact, path, size: (await stat(path)).size };
}
