import { expect, it } from 'vitest';
import { blankPicture } from './blank-picture.js';
import { decodeImage } from './decode-image.js';

it('is a picture of one grey that decodes as others do', async () => {
  const bytes = await blankPicture(33, 20, 114);
  const { width, height, data } = await decodeImage({ kind: 'encoded', bytes });
  expect([width, height]).toEqual([33, 20]);
  expect(Math.min(...data)).toBeGreaterThanOrEqual(113);
  expect(Math.max(...data)).toBeLessThanOrEqual(115);
});
