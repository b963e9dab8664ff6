import type { Manifest } from '../manifest/manifest-schema.js';
import type { ParsedManifest } from '../manifest/parse-manifest.js';
import type { OnnxFacts } from '../onnx/onnx-facts.js';
import type { ManifestProblem } from '../problem/manifest-problem.js';
import { checkInput } from './check-input.js';
import { checkKeypoints } from './check-keypoints.js';
import { checkOpset } from './check-opset.js';
import { checkOutputs } from './check-outputs.js';
import type { ModelCheck } from './finding.js';

const CHECKS: readonly ModelCheck[] = [checkOpset, checkInput, checkOutputs, checkKeypoints];

/**
 * Where a manifest and its ONNX file disagree: opset, image input, `input_size`, channels against `color`, number of `class_names`
 * against the output, and of keypoints. Dynamic dimensions agree with everything; only layouts beyond doubt are judged.
 */
export function checkManifestAgainstModel(
  manifest: Manifest,
  facts: OnnxFacts,
  { file, locate }: Pick<ParsedManifest, 'file' | 'locate'>,
): ManifestProblem[] {
  return CHECKS.flatMap((check) => check(manifest, facts)).map(({ path, ...finding }) => ({
    file,
    ...locate(path),
    ...finding,
  }));
}
