import { isCareError } from '@care/registry-core';
import { rleFromCoco } from '../../masks/coco-rle.js';
import { rleFromPolygons } from '../../masks/polygon-raster.js';
import type { MaskSize, Rle } from '../../masks/rle.js';
import { fieldError, fieldOf, listOf, numbersOf, wholeNumberOf, type JsonField } from './json-fields.js';

/**
 * The mask of an annotation's `segmentation`: a list of polygons (their union), or run lengths, compressed or not.
 * @throws CareError INPUT_INVALID naming file and path, also when the run lengths are not of the image's size
 */
export function readSegmentation(field: JsonField, image: MaskSize): Rle {
  try {
    return Array.isArray(field.value) ? fromPolygons(field, image) : fromRunLengths(field, image);
  } catch (error) {
    if (!isCareError(error, 'INPUT_INVALID') || error.details.file === field.file) throw error;
    throw fieldError(field, `cannot be read: ${error.message}`);
  }
}

function fromPolygons(field: JsonField, image: MaskSize): Rle {
  const polygons = listOf(field).map((polygon) => {
    const ring = numbersOf(polygon);
    if (ring.length < 6 || ring.length % 2 !== 0) {
      throw fieldError(polygon, `has ${ring.length} numbers; a polygon has 6, 8, 10, ...`);
    }
    return ring;
  });
  return rleFromPolygons(polygons, image);
}

function fromRunLengths(field: JsonField, image: MaskSize): Rle {
  const sizeField = fieldOf(field, 'size');
  const [height, width, ...more] = listOf(sizeField).map(wholeNumberOf);
  if (height !== image.height || width !== image.width || more.length > 0) {
    throw fieldError(
      sizeField,
      `is not [height, width] of its image, which is ${image.height} x ${image.width}`,
    );
  }
  const counts = fieldOf(field, 'counts');
  return rleFromCoco({
    size: [height, width],
    counts: typeof counts.value === 'string' ? counts.value : numbersOf(counts),
  });
}
