import {
  checkManifestAgainstModel,
  isError,
  parseManifest,
  problemsError,
  type OnnxFacts,
} from '@care/model-manifest';
import type { Description } from './description.js';

/** @throws CareError MODEL_INCOMPATIBLE with every place where what is said of a model and its file disagree */
export function checkDescription(
  { repo, commit, manifest }: Description,
  path: string,
  onnx: OnnxFacts,
): void {
  const label = `${repo} at ${commit.slice(0, 12)}`;
  const parsed = parseManifest(JSON.stringify(manifest), label);
  const errors = checkManifestAgainstModel(manifest, onnx, { file: label, locate: parsed.locate }).filter(
    isError,
  );
  if (errors.length === 0) return;
  throw problemsError(
    'MODEL_INCOMPATIBLE',
    `What the repository ${repo} says of its model and the file ${path} disagree`,
    errors,
    'State what is right in the options of the registry (`models`), or tell the owner of the repository.',
  );
}
