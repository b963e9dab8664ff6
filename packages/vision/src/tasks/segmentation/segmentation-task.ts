import { rleArea } from '../../masks/rle-measure.js';
import { checkDecoderName } from '../detection/choose-decoder.js';
import { objectProcessor } from '../detection/object-processor.js';
import type { SegmentationPrediction, Task } from '../task.js';
import { drawMasks } from './draw-masks.js';
import { maskLevel, maskOutput } from './mask-output.js';
import { segmentationEvaluator } from './segmentation-evaluation.js';
import { segmentationFormats } from './segmentation-formats.js';
import { segmentationTable } from './segmentation-table.js';
import { maskUpsampler } from './upsampled-mask.js';

/**
 * Instance segmentation: boxes as of detection, each with its mask over the upright original. Objects without a single mask
 * pixel are left out, as Ultralytics does.
 */
export const segmentationTask: Task<SegmentationPrediction> = {
  type: 'instance-segmentation',
  checkPackage(model) {
    checkDecoderName(model);
    maskLevel(model);
  },
  createProcessor: (model, variantId, signature) =>
    objectProcessor<SegmentationPrediction>(model, variantId, signature, (context, decoder) => {
      const masksOf = maskOutput(context, decoder);
      return (image) => {
        const masks = masksOf(image);
        const upsample = maskUpsampler(image.geometry, masks);
        return (object, index) => {
          const mask = upsample(masks.levelsOf(index), object.box);
          return rleArea(mask) === 0 ? undefined : { ...object, mask };
        };
      };
    }),
  draw: (predictions, canvas) => drawMasks(predictions, canvas),
  formats: segmentationFormats,
  table: segmentationTable,
  evaluation: segmentationEvaluator,
};
