import type { OnnxFacts } from '../onnx/onnx-facts.js';
import { describeShape, type Finding, type ModelCheck } from './finding.js';

/**
 * Number of keypoints of a pose model that looks at one person at a time: heatmaps [N, K, height, width] alone, or SimCC's two
 * [N, K, bins]. Undefined for other outputs and for an open number.
 */
export function topDownKeypointCount({ outputs }: OnnxFacts): number | undefined {
  const counts = outputs.map(({ shape }) => shape?.[1]);
  const ranks = outputs.map(({ shape }) => shape?.length).join();
  const [count] = counts;
  if ((ranks !== '4' && ranks !== '3,3') || typeof count !== 'number' || count < 1) return undefined;
  return counts.every((other) => other === count) ? count : undefined;
}

/** Number of keypoint names against the output of a top-down pose model; rows of keypoints are judged with the classes. */
export const checkKeypoints: ModelCheck = (manifest, facts): Finding[] => {
  const isPose = manifest.task_type === 'pose-estimation' || manifest.task_type === 'keypoint-detection';
  const stated = manifest.keypoints?.names.length;
  const count = topDownKeypointCount(facts);
  const [output] = facts.outputs;
  if (!isPose || stated === undefined || count === undefined || output === undefined || stated === count) {
    return [];
  }
  const expected = `${count}, as the model's output ${describeShape(output)} says`;
  return [{ path: ['keypoints', 'names'], found: `${stated} keypoint names`, expected, severity: 'error' }];
};
