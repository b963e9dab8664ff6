import { CareError } from '@care/registry-core';
import sharp from 'sharp';
import type { OverlayOptions, Sharp } from 'sharp';
import { decodeImage } from '../image/decode-image.js';
import type { ImageLimits, ImageSource } from '../image/image-source.js';
import { packedRgb } from '../image/raw-frame.js';
import type { KeypointSpec, TaskType } from '@care/registry-core';
import { taskFor } from '../tasks/task-registry.js';
import type { TaskPrediction } from '../tasks/task-prediction.js';
import { drawingCanvas } from './drawing-canvas.js';

/** What is drawn; the model manager's `Prediction` fits as it is. */
export interface DrawnResult {
  readonly task: TaskType;
  readonly predictions: readonly TaskPrediction[];
}

export interface DrawOptions {
  /** Format of the result; default `png`. */
  readonly format?: 'png' | 'jpeg';
  /** 1..100, for `jpeg`; default 90. */
  readonly quality?: number;
  /** Class names and confidences beside the boxes; default true. */
  readonly labels?: boolean;
  /** Confidences beside the names; default true. */
  readonly confidences?: boolean;
  /** The result is scaled down to this many pixels on its longer side; as large as the picture when absent. */
  readonly maxSide?: number;
  /** Names and skeleton of the model's keypoints; COCO's for 17 keypoints with its names when absent. */
  readonly keypoints?: KeypointSpec | undefined;
  /** Bounds of the picture that is read. */
  readonly limits?: Partial<ImageLimits>;
}

/** The SVG renderer takes pictures up to 32767 pixels a side; larger ones are overlaid in tiles. */
const TILE = 16_384;

/**
 * Draws a result on the upright picture as its task does: boxes and labels, masks, skeletons, classes. Colours follow the class id; line width and letters follow the picture's
 * size; labels stay inside it. Needs no fonts: letters are outlines of this package (ASCII, Latin-1, Latin Extended-A; any
 * other character is drawn as an empty box).
 *
 * @returns the encoded picture
 * @throws CareError what `decodeImage` throws; OPTIONS_INVALID; UNSUPPORTED (unknown task)
 */
export async function drawPredictions(
  image: ImageSource,
  { task, predictions }: DrawnResult,
  options: DrawOptions = {},
): Promise<Buffer> {
  const { format = 'png', quality = 90, labels = true, confidences = true, keypoints, limits } = options;
  const { maxSide = Infinity } = options;
  checkOptions(format, quality, maxSide);
  const frame = await decodeImage(image, limits);
  const { width, height } = frame;
  const canvas = drawingCanvas(width, height, labels, confidences);
  const elements = taskFor(task).draw(predictions, canvas, { keypoints });
  const drawn = sharp(packedRgb(frame), {
    raw: { width, height, channels: 3 },
    limitInputPixels: false,
  })
    .composite(elements === '' ? [] : tiles(width, height, elements))
    // The overlay's alpha is of no use in the result.
    .removeAlpha();
  const scaled = Math.max(width, height) > maxSide ? await scaleDown(drawn, maxSide) : drawn;
  return await (
    format === 'jpeg' ? scaled.jpeg({ quality, chromaSubsampling: '4:4:4' }) : scaled.png()
  ).toBuffer();
}

/** sharp scales a picture before it lays others over it: what is drawn is scaled in a second pass. */
async function scaleDown(drawn: Sharp, side: number): Promise<Sharp> {
  const { data, info } = await drawn.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false }).resize({
    ...{ width: side, height: side, fit: 'inside' },
  });
}

/** All are unknown: callers in JavaScript and command lines pass anything. */
function checkOptions(format: unknown, quality: unknown, maxSide: unknown): void {
  if (format !== 'png' && format !== 'jpeg') {
    throw new CareError('OPTIONS_INVALID', `option format must be png or jpeg, found ${String(format)}`);
  }
  if (typeof quality !== 'number' || !Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new CareError(
      'OPTIONS_INVALID',
      `option quality must be a whole number from 1 to 100, found ${String(quality)}`,
    );
  }
  if (
    typeof maxSide !== 'number' ||
    !(maxSide >= 1) ||
    (maxSide !== Infinity && !Number.isInteger(maxSide))
  ) {
    throw new CareError(
      'OPTIONS_INVALID',
      `option maxSide must be a whole number of pixels above 0, found ${String(maxSide)}`,
    );
  }
}

function tiles(width: number, height: number, elements: string): OverlayOptions[] {
  const result: OverlayOptions[] = [];
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const w = Math.min(TILE, width - left);
      const h = Math.min(TILE, height - top);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="${left} ${top} ${w} ${h}">${elements}</svg>`;
      result.push({ input: Buffer.from(svg), left, top, limitInputPixels: false });
    }
  }
  return result;
}
