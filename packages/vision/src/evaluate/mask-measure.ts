import { CareError } from '@care/registry-core';
import { rleIntersection } from '../masks/rle-iou.js';
import { rleArea, rleBox } from '../masks/rle-measure.js';
import type { MaskSize, Rle } from '../masks/rle.js';
import type { Box } from '../tasks/task.js';
import { boxIou } from './box-iou.js';
import type { Measured, ObjectMeasure } from './evaluate-classes.js';
import type { ImageId, ScoredObject, TrueObject } from './evaluation-input.js';

export interface DetectedMask extends ScoredObject {
  /** Over the whole image, in the same size as all masks of that image. */
  readonly mask: Rle;
}

export interface TrueMask extends TrueObject {
  readonly mask: Rle;
}

interface MeasuredMask {
  readonly mask: Rle;
  readonly area: number;
  readonly box: Box;
}

/** One for each evaluation: it remembers the size of every image. */
export function maskMeasure(): ObjectMeasure<TrueMask, DetectedMask, MeasuredMask, MeasuredMask> {
  const sizes = new Map<ImageId, MaskSize>();
  const read = ({ imageId, mask }: TrueMask | DetectedMask, path: string): Measured<MeasuredMask> => {
    const size = sizes.get(imageId) ?? mask;
    if (size.width !== mask.width || size.height !== mask.height) {
      throw new CareError(
        'INPUT_INVALID',
        `${path}.mask is of ${mask.width} x ${mask.height} pixels, another mask of image ${JSON.stringify(imageId)} of ${size.width} x ${size.height}`,
        { remedy: 'Give all masks of an image in the size of that image.' },
      );
    }
    sizes.set(imageId, mask);
    const area = rleArea(mask);
    const { x, y, width, height } = rleBox(mask);
    return { shape: { mask, area, box: [x, y, x + width, y + height] }, area };
  };
  return {
    readTruth: read,
    readDetection: read,
    similarity: (detection, { shape, crowd }) => maskIou(detection, shape, crowd),
  };
}

/** Runs are compared only where the boxes meet. */
function maskIou(detection: MeasuredMask, truth: MeasuredMask, crowd: boolean): number {
  if (boxIou(detection.box, truth.box) === 0) return 0;
  const common = rleIntersection(detection.mask, truth.mask);
  return common / (crowd ? detection.area : detection.area + truth.area - common);
}
