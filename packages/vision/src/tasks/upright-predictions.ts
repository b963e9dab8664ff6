import { mapBox, pointToStored, pointToUpright, uprightSize } from '../image/orientation.js';
import type { RawFrame } from '../image/image-source.js';
import { bitmapFromRle, rleFromBitmap } from '../masks/mask-bitmap.js';
import type { Rle } from '../masks/rle.js';
import type { PredictOptions, TaskPrediction } from './task-prediction.js';

/**
 * Tasks know nothing of orientation: they see a frame's pixels as they lie. What comes from the caller is turned to lie like them,
 * and predictions are turned upright.
 */
export function storedOptions<Options extends PredictOptions>(options: Options, frame: RawFrame): Options {
  const { orientation = 1 } = frame;
  if (orientation === 1 || options.boxes === undefined) return options;
  const boxes = options.boxes.map((box) => mapBox(box, (point) => pointToStored(point, frame, orientation)));
  return { ...options, boxes };
}

export function uprightPrediction<Prediction extends TaskPrediction>(
  prediction: Prediction,
  frame: RawFrame,
): Prediction {
  const { orientation = 1 } = frame;
  if (orientation === 1) return prediction;
  const upright = (point: readonly [number, number]): readonly [number, number] =>
    pointToUpright(point, frame, orientation);
  const turned: Prediction = { ...prediction };
  if ('box' in prediction) Object.assign(turned, { box: mapBox(prediction.box, upright) });
  if ('keypoints' in prediction) {
    const keypoints = prediction.keypoints.map((keypoint) => {
      const [x, y] = upright([keypoint.x, keypoint.y]);
      return { ...keypoint, x, y };
    });
    Object.assign(turned, { keypoints });
  }
  if ('mask' in prediction) Object.assign(turned, { mask: uprightMask(prediction.mask, frame, upright) });
  return turned;
}

function uprightMask(
  mask: Rle,
  frame: RawFrame,
  upright: (point: readonly [number, number]) => readonly [number, number],
): Rle {
  const { x, y, width, height, data } = bitmapFromRle(mask);
  const [left, top, right, bottom] = mapBox([x, y, x + width, y + height], upright);
  const turned = new Uint8Array(data.length);
  const [columns, rows] = [right - left, bottom - top];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      // The middle of a pixel stays the middle of a pixel.
      const [ux, uy] = upright([x + column + 0.5, y + row + 0.5]);
      turned[(uy - 0.5 - top) * columns + (ux - 0.5 - left)] = data[row * width + column] ?? 0;
    }
  }
  return rleFromBitmap({ x: left, y: top, width: columns, height: rows, data: turned }, uprightSize(frame));
}
