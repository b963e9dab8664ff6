import type { KeypointSpec } from '@care/registry-core';
import { z } from 'zod';
import { contentError, readContent } from './content-error.js';

const FILE = 'keypoints_metadata.json';
const MAX_KEYPOINTS = 1000;
const index = z
  .int()
  .min(0)
  .max(MAX_KEYPOINTS - 1);

const document = z
  .array(
    z.looseObject({
      object_class_id: z.int().min(0),
      keypoints: z.record(z.string().regex(/^\d{1,4}$/, 'expected an index'), z.string()),
      edges: z.array(z.looseObject({ from: index, to: index })).optional(),
    }),
  )
  .max(10_000);

/** Keypoints of one class of objects. */
export interface ClassKeypoints {
  readonly classId: number;
  readonly names: readonly string[];
  readonly skeleton: readonly (readonly [number, number])[];
}

/**
 * Names and skeletons by class.
 * @throws CareError `MANIFEST_INVALID`: an edge to a keypoint that is not there, an index left out, a class twice
 */
export function readKeypoints(value: unknown): readonly ClassKeypoints[] {
  const classes = readContent(document, value, FILE).map(
    ({ object_class_id: classId, keypoints, edges = [] }) => {
      const count = Object.keys(keypoints).length;
      const names = Array.from({ length: count }, (_, position) => {
        const name = Object.hasOwn(keypoints, String(position)) ? keypoints[String(position)] : undefined;
        if (name === undefined) throw contentError(FILE, `class ${classId} has no keypoint ${position}`);
        return name;
      });
      const skeleton = edges.map(({ from, to }): [number, number] => {
        if (from < count && to < count) return [from, to];
        throw contentError(
          FILE,
          `class ${classId} has an edge from ${from} to ${to}, and ${count} keypoints`,
        );
      });
      return { classId, names, skeleton };
    },
  );
  const twice = classes.find(({ classId }, at) => classes.findIndex((one) => one.classId === classId) !== at);
  if (twice !== undefined) throw contentError(FILE, `class ${twice.classId} is described twice`);
  return classes;
}

/**
 * The one list that the core has for a model: of the class with the most keypoints, which is as many as the network gives. Classes
 * with other names keep theirs in the package's metadata.
 */
export function keypointSpec(classes: readonly ClassKeypoints[]): KeypointSpec | undefined {
  let most: ClassKeypoints | undefined;
  for (const one of classes) if (one.names.length > (most?.names.length ?? 0)) most = one;
  return most === undefined ? undefined : { names: most.names, skeleton: most.skeleton };
}
