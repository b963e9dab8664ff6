import { CareError } from '@care/registry-core';
import type { PredictOptions } from '@care/vision';

export const ANSWER_FORMATS = ['care', 'roboflow', 'coco'] as const;
export type AnswerFormat = (typeof ANSWER_FORMATS)[number];

export interface PredictRequestOptions {
  readonly predict: PredictOptions;
  readonly format: AnswerFormat;
  /** Milliseconds; the server's own limit when undefined. */
  readonly timeoutMs?: number;
}

/** Gives what the request says for an option, in the query, a header or a form field. */
export type ReadOption = (name: string) => string | undefined;

/** @throws CareError OPTIONS_INVALID that names the option */
export function predictOptions(read: ReadOption): PredictRequestOptions {
  const confidence = fraction(read, 'confidence');
  const iou = fraction(read, 'iou');
  const maxDetections = positive(read, 'max_detections');
  const topK = positive(read, 'top_k');
  const timeoutMs = positive(read, 'timeout_ms');
  const format = read('format') ?? 'care';
  const known = ANSWER_FORMATS.find((name) => name === format);
  if (known === undefined) throw invalid('format', ANSWER_FORMATS.join(', '));
  return {
    format: known,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    predict: {
      ...(confidence === undefined ? {} : { confidence }),
      ...(iou === undefined ? {} : { iou }),
      ...(maxDetections === undefined ? {} : { maxDetections }),
      ...(topK === undefined ? {} : { topK }),
    },
  };
}

function fraction(read: ReadOption, name: string): number | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  const value = /^(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (value >= 0 && value <= 1) return value;
  throw invalid(name, 'a number from 0 to 1');
}

function positive(read: ReadOption, name: string): number | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw invalid(name, 'a whole number of 1 or more');
}

function invalid(name: string, wanted: string): CareError {
  return new CareError('OPTIONS_INVALID', `${name} must be ${wanted}`, { details: { option: name } });
}
