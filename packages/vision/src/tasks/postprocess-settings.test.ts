import { describe, expect, it } from 'vitest';
import { modelPackage } from '../model-package.fixture.js';
import { careError } from './detection/outputs.fixture.js';
import { postprocessSettings } from './postprocess-settings.js';
import type { PredictOptions } from './task.js';

const { postprocessing } = modelPackage();

describe('options of one prediction', () => {
  it("are the package's unless set", () => {
    expect(postprocessSettings({}, postprocessing)).toEqual({
      confidence: 0.25,
      iou: 0.45,
      maxDetections: 300,
      classAgnosticNms: false,
      multiLabel: false,
      topK: undefined,
    });
    const set = {
      confidence: 0,
      iou: 1,
      maxDetections: 1,
      classAgnosticNms: true,
      multiLabel: true,
      topK: 7,
    };
    expect(postprocessSettings(set, postprocessing)).toEqual(set);
  });

  it.each<[string, unknown]>([
    ['confidence', -0.01],
    ['confidence', 1.01],
    ['confidence', NaN],
    ['confidence', '0.5'],
    ['iou', 45],
    ['iou', null],
    ['maxDetections', 0],
    ['maxDetections', 2.5],
    ['maxDetections', Infinity],
    ['topK', 0],
    ['topK', 1.5],
    ['topK', '3'],
    ['topK', null],
    ['classAgnosticNms', 'yes'],
    ['multiLabel', 1],
  ])('%s = %j is OPTIONS_INVALID', (option, value) => {
    const options: PredictOptions = Object.fromEntries([[option, value]]);
    const error = careError(() => postprocessSettings(options, postprocessing));
    expect([error.code, error.details.option]).toEqual(['OPTIONS_INVALID', option]);
    expect(error.message).toContain(String(value));
  });
});
