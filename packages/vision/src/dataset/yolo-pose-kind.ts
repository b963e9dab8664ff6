import { CareError } from '@care/registry-core';
import type { YoloLabelKind } from '../evaluate/ground-truth/yolo-labels.js';
import type { DataYaml } from './data-yaml.js';

/** Class and box come before the keypoints. */
const BEFORE_KEYPOINTS = 5;

/**
 * How many keypoints a line has and with how many values each: what the YAML file says, else what the length of the first line
 * allows with the model's number of keypoints, else three values each when that comes out even.
 * @throws CareError INPUT_INVALID when data set and model disagree
 */
export function yoloPoseKind(
  texts: readonly { readonly file: string; readonly text: string }[],
  ofModel: number | undefined,
  yaml: DataYaml | undefined,
): YoloLabelKind {
  if (yaml?.keypoints !== undefined) {
    const { count, values } = yaml.keypoints;
    if (ofModel === undefined || ofModel === count) return { kind: 'pose', keypoints: count, values };
    throw mismatch(`${yaml.file}: kpt_shape`, `${count} keypoints`, ofModel);
  }
  const first = texts.find(({ text }) => text.trim() !== '');
  if (first === undefined) return { kind: 'pose', keypoints: ofModel ?? 1, values: 3 };
  const line = first.text.split(/\r\n|\n|\r/).findIndex((content) => content.trim() !== '');
  const content = first.text.split(/\r\n|\n|\r/)[line] ?? '';
  const left = content.trim().split(/\s+/).length - BEFORE_KEYPOINTS;
  for (const values of [3, 2] as const) {
    const keypoints = left / values;
    if (ofModel === undefined ? Number.isInteger(keypoints) && keypoints > 0 : keypoints === ofModel) {
      return { kind: 'pose', keypoints, values };
    }
  }
  throw mismatch(`${first.file}:${line + 1}`, `${left} values after class and box`, ofModel);
}

function mismatch(place: string, found: string, ofModel: number | undefined): CareError {
  const wanted = ofModel === undefined ? 'two or three a keypoint' : `${ofModel} keypoints of the model`;
  return new CareError('INPUT_INVALID', `${place}: ${found}, which does not fit ${wanted}`, {
    remedy: 'Evaluate a pose model with labels of its own keypoints: x, y and visibility of each.',
  });
}
