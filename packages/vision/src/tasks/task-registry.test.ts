import { describe, expect, it } from 'vitest';
import { careError } from './detection/outputs.fixture.js';
import { taskFor } from './task-registry.js';

describe('taskFor', () => {
  it.each(['object-detection', 'pose-estimation', 'instance-segmentation', 'classification'])(
    'knows %s',
    (type) => {
      expect(taskFor(type).type).toBe(type);
    },
  );

  it.each(['depth-estimation', 'toString', ''])('refuses %j and names what it knows', (type) => {
    const error = careError(() => taskFor(type));
    expect([error.code, error.message]).toEqual(['UNSUPPORTED', expect.stringContaining('object-detection')]);
  });
});
