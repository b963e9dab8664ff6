import { isCareError, parseModelReference } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALIASES, aliasTarget } from './aliases.js';
import { nearestAlias, roboflowId } from './roboflow-id.js';

const idOf = (reference: string): unknown => {
  try {
    return roboflowId(parseModelReference(reference));
  } catch (error) {
    return isCareError(error) ? error.code : error;
  }
};

describe('ids', () => {
  it.each([
    ['coco/3', { id: 'coco/3', version: '3' }],
    ['coco@3', { id: 'coco/3', version: '3' }],
    ['coco/003', { id: 'coco/3', version: '3' }],
    ['roboflow:coco/3', { id: 'coco/3', version: '3' }],
    ['workspace/model-slug', { id: 'workspace/model-slug' }],
    ['some-model', { id: 'some-model' }],
    ['yolov8n-640', { id: 'coco/3', version: '3' }],
    ['yolov11n-640', { id: 'coco/25', version: '25' }],
    ['yolo11n-640', { id: 'coco/25', version: '25' }],
    ['yolo26n-pose-640', { id: 'coco-pose-detection/12', version: '12' }],
    ['rfdetr-base', { id: 'coco/36', version: '36' }],
    ['yolov8n-seg-640', { id: 'coco-dataset-vdnr1/2', version: '2' }],
    ['rfdetr-keypoint-preview', { id: 'microsoft/coco-pose-detection-17-rfdetr-keypoint-preview-t1' }],
    // A host's own name, no alias.
    ['yolov11n-320', { id: 'yolov11n-320' }],
    ['a/b/c', 'MODEL_NOT_FOUND'],
    ['coco/3@4', 'MODEL_NOT_FOUND'],
    ['coco@^1.2', 'MODEL_NOT_FOUND'],
    ['coco@latest', 'MODEL_NOT_FOUND'],
    ['yolov8n-640@2', 'MODEL_NOT_FOUND'],
  ])('%s', (reference, wanted) => {
    expect(idOf(reference)).toEqual(wanted);
  });

  it('of any reference are an id with at most one slash, or MODEL_NOT_FOUND', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
    const reference = fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.option(word))
      .map(([parts, selector]) => ({
        raw: parts.join('/'),
        modelId: parts.join('/'),
        ...(selector === null ? {} : { selector }),
      }));
    fc.assert(
      fc.property(reference, (one) => {
        try {
          expect(roboflowId(one).id.split('/').length).toBeLessThanOrEqual(2);
        } catch (error) {
          if (!isCareError(error, 'MODEL_NOT_FOUND')) throw error;
        }
      }),
    );
  });
});

describe('aliases', () => {
  it('stand for ids that are no aliases, and never for what is not written as one', () => {
    for (const alias of ALIASES) {
      expect(aliasTarget(alias)).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
      expect(aliasTarget(aliasTarget(alias) ?? '')).toBeUndefined();
    }
    for (const name of ['constructor', '__proto__', 'YOLOV8N-640', 'yolo8n-640', '']) {
      expect(aliasTarget(name)).toBeUndefined();
    }
  });

  it('are found when they are nearly right', () => {
    expect(nearestAlias('yolov8n-64')).toBe('yolov8n-640');
    expect(nearestAlias('coco/3')).toBeUndefined();
  });
});
