import type { KeypointSpec } from '@care/registry-core';
import { COCO_KEYPOINT_SIGMAS } from '../../evaluate/coco-parameters.js';

/**
 * The 17 keypoints of COCO persons with their skeleton as 0-based pairs (cocodataset.org, person_keypoints_val2017.json, which
 * counts from 1) and OKS sigmas (cocoapi).
 */
export const COCO_KEYPOINTS: KeypointSpec = {
  names: [
    'nose',
    ...['eye', 'ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'].flatMap((joint) => [
      `left_${joint}`,
      `right_${joint}`,
    ]),
  ],
  skeleton: [
    ...limb(15, 13, 11),
    ...limb(16, 14, 12),
    ...limb(11, 12),
    ...limb(5, 11),
    ...limb(6, 12),
    ...limb(5, 6),
    ...limb(5, 7, 9),
    ...limb(6, 8, 10),
    ...limb(2, 1, 0, 2),
    ...limb(1, 3, 5),
    ...limb(2, 4, 6),
  ],
  sigmas: COCO_KEYPOINT_SIGMAS,
};

/** Lines from joint to joint. */
function limb(...joints: readonly number[]): [number, number][] {
  return joints.slice(1).map((joint, index) => [joints[index] ?? joint, joint]);
}

/** Whether these are COCO's keypoints in its order, however the names are spelt (`left_eye`, `Left Eye`, `left-eye`). */
export function areCocoKeypoints(names: readonly string[]): boolean {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');
  return (
    names.length === COCO_KEYPOINTS.names.length &&
    COCO_KEYPOINTS.names.every((name, index) => plain(names[index] ?? '') === plain(name))
  );
}
