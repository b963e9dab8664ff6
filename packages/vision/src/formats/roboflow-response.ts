import { randomUUID } from 'node:crypto';
import type { PredictionRecord } from './prediction-record.js';

/** Roboflow's inference response for object detection. */
export interface RoboflowResponse {
  /** Seconds of inference. */
  readonly time: number;
  readonly image: { readonly width: number; readonly height: number };
  readonly predictions: readonly {
    /** Centre of the box in pixels. */
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly confidence: number;
    readonly class: string;
    readonly class_id: number;
    readonly detection_id: string;
  }[];
}

/** `newId` makes the detection ids; random UUIDs by default. */
export function toRoboflowResponse(
  record: Pick<PredictionRecord, 'width' | 'height' | 'predictions' | 'timings'>,
  newId: () => string = randomUUID,
): RoboflowResponse {
  const { width, height, predictions, timings } = record;
  return {
    time: timings.inference / 1000,
    image: { width, height },
    predictions: predictions.map(({ class: name, classId, confidence, box: [x1, y1, x2, y2] }) => ({
      x: (x1 + x2) / 2,
      y: (y1 + y2) / 2,
      width: x2 - x1,
      height: y2 - y1,
      confidence,
      class: name,
      class_id: classId,
      detection_id: newId(),
    })),
  };
}
