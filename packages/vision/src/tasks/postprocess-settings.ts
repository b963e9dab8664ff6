import { CareError } from '@care/registry-core';
import type { Postprocessing } from '@care/registry-core';
import type { PredictOptions } from './task.js';

/** What is in force for one prediction: the caller's options over the package's. */
export interface PostprocessSettings {
  /** Kept when confidence >= this. */
  readonly confidence: number;
  /** Suppressed when IoU > this. */
  readonly iou: number;
  readonly maxDetections: number;
  readonly classAgnosticNms: boolean;
  readonly multiLabel: boolean;
  /** Classification: how many of the best classes are given; undefined when the caller does not say. */
  readonly topK: number | undefined;
}

/** @throws CareError OPTIONS_INVALID naming the option, what was found and what is allowed */
export function postprocessSettings(options: PredictOptions, defaults: Postprocessing): PostprocessSettings {
  checkFraction('confidence', options.confidence);
  checkFraction('iou', options.iou);
  checkCount('maxDetections', options.maxDetections);
  checkCount('topK', options.topK);
  checkBoolean('classAgnosticNms', options.classAgnosticNms);
  checkBoolean('multiLabel', options.multiLabel);
  return {
    confidence: options.confidence ?? defaults.confidenceThreshold,
    iou: options.iou ?? defaults.iouThreshold,
    maxDetections: options.maxDetections ?? defaults.maxDetections,
    classAgnosticNms: options.classAgnosticNms ?? defaults.classAgnosticNms,
    multiLabel: options.multiLabel ?? defaults.multiLabel,
    topK: options.topK,
  };
}

/** `value` is unknown: callers in JavaScript and command lines pass anything. */
function checkFraction(option: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw invalid(option, value, 'a number from 0 to 1');
  }
}

function checkCount(option: string, value: unknown): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || Number(value) < 1)) {
    throw invalid(option, value, 'a whole number above 0');
  }
}

function checkBoolean(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(option, value, 'true or false');
}

function invalid(option: string, found: unknown, wanted: string): CareError {
  return new CareError('OPTIONS_INVALID', `option ${option} must be ${wanted}, found ${String(found)}`, {
    remedy: `Give ${option} as ${wanted}, or leave it out for the model's own setting.`,
    details: { option },
  });
}
