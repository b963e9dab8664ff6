import { CareError } from '@care/registry-core';
import { exportedKeypointShape } from '../../detection/decoder.js';
import type { DecoderContext } from '../../detection/decoder.js';

/** How a row tells its keypoints. */
export interface KeypointLayout {
  readonly count: number;
  /** 2: x and y. 3: x, y and visibility. */
  readonly values: 2 | 3;
}

/**
 * The keypoints in `extra` values of a row: as the exporter says (`kpt_shape`), as many as the package names, or what can be
 * nothing else: a number that three divides and two does not is triples, and the other way about.
 * @throws CareError MODEL_INCOMPATIBLE when they disagree or leave it open
 */
export function keypointLayout({ model, variant }: DecoderContext, extra: number): KeypointLayout {
  const exported = exportedKeypointShape(variant);
  const counts = [3, 2].map((values) => ({ values, count: extra / values })).filter(isLayout);
  const fitting = counts.filter(
    ({ values, count }) =>
      (exported === undefined || (exported.count === count && exported.values === values)) &&
      (model.keypoints === undefined || model.keypoints.names.length === count),
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const said = [
    model.keypoints && `the package names ${model.keypoints.names.length} keypoints`,
    exported && `the exporter states ${exported.count} keypoints of ${exported.values} values`,
  ].filter((part) => part !== undefined);
  const open = fitting.map(({ count, values }) => `${count} keypoints of ${values} values`).join(' or ');
  const why = open === '' ? said.join(', ') || 'these are no keypoints' : `that can be ${open}`;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: each row has ${extra} values besides box and classes; ${why}`,
    {
      remedy:
        'Give the names of the keypoints in the manifest (`keypoints.names`), and check class_names against the export.',
    },
  );
}

function isLayout(layout: { count: number; values: number }): layout is KeypointLayout {
  return (layout.values === 2 || layout.values === 3) && layout.count > 0 && Number.isInteger(layout.count);
}
