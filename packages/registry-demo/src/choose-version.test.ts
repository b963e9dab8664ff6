import type { ModelPackage } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseVersion } from './choose-version.js';

const packageOf = (version: string): ModelPackage => ({
  modelId: 'm',
  version,
  task: 'object-detection',
  classNames: ['a'],
  inputSize: { height: 32, width: 32 },
  preprocessing: {
    resize: 'letterbox',
    padPosition: 'center',
    padValue: 114,
    color: 'rgb',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    interpolation: 'bilinear',
  },
  postprocessing: {
    decoder: 'auto',
    decoderOptions: {},
    confidenceThreshold: 0.5,
    iouThreshold: 0.45,
    maxDetections: 300,
    classAgnosticNms: false,
    multiLabel: false,
  },
  variants: [],
  metadata: {},
});
const packages = ['1.2.0', '1.10.0', '2.0.0-rc.1', '1.9.9'].map(packageOf);

describe('chooseVersion', () => {
  it.each([
    [undefined, '1.10.0'],
    ['1.2.0', '1.2.0'],
    ['^1.2', '1.10.0'],
    ['~1.9', '1.9.9'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['^3', undefined],
    ['no range', undefined],
  ])('%s means %s', (selector, version) => {
    expect(chooseVersion(packages, selector)?.version).toBe(version);
  });

  it('never throws, whatever the selector', () => {
    fc.assert(
      fc.property(fc.string(), (selector) => {
        const chosen = chooseVersion(packages, selector);
        expect(chosen === undefined || packages.includes(chosen)).toBe(true);
      }),
    );
  });
});
