import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmapFromRle } from '../../masks/mask-bitmap.js';
import { parseCocoAnnotations } from './coco-annotations.js';

const file = 'annotations/val.json';
const image = { id: 9, file_name: 'a.jpg', width: 6, height: 4 };
const category = { id: 3, name: 'cat' };
const annotation = {
  ...{ id: 1, image_id: 9, category_id: 3, bbox: [1, 1, 4, 2], area: 7.5, iscrowd: 0 },
  segmentation: [[1, 1, 5, 1, 5, 3, 1, 3]],
};
const parse = (
  annotations: unknown,
  options: { masks?: boolean; keypoints?: boolean } = {},
  lists: object = {},
): ReturnType<typeof parseCocoAnnotations> =>
  parseCocoAnnotations(JSON.stringify({ images: [image], categories: [category], annotations, ...lists }), {
    file,
    ...options,
  });

describe('COCO annotations', () => {
  it('as images, categories and boxes by corners', () => {
    expect(parse([annotation, { ...annotation, area: undefined, iscrowd: 1, ignore: 1 }])).toEqual({
      images: [{ id: 9, fileName: 'a.jpg', width: 6, height: 4 }],
      categories: [{ id: 3, name: 'cat' }],
      truths: [
        { imageId: 9, classId: 3, box: [1, 1, 5, 3], crowd: false, area: 7.5 },
        { imageId: 9, classId: 3, box: [1, 1, 5, 3], crowd: true },
      ],
    });
  });

  it('masks of polygons, run lengths and compressed run lengths are the same', () => {
    // Compressed by pycocotools 2.0.11: mask.encode of the 4 x 6 array with ones in rows 1..2 of columns 1..4
    const forms = [
      annotation.segmentation,
      { size: [4, 6], counts: [5, 2, 2, 2, 2, 2, 2, 2, 5] },
      { size: [4, 6], counts: '522000003' },
    ];
    const { truths } = parse(
      forms.map((segmentation) => ({ ...annotation, segmentation })),
      { masks: true },
    );
    for (const { mask } of truths) {
      expect.assert(mask !== undefined);
      expect(bitmapFromRle(mask)).toEqual({
        ...{ x: 1, y: 1, width: 4, height: 2 },
        data: new Uint8Array(8).fill(1),
      });
    }
  });

  it('keypoints with visibility', () => {
    const categories = [{ ...category, keypoints: ['nose', 'tail'] }];
    const { truths } = parse(
      [{ ...annotation, keypoints: [1, 2, 2, 0, 0, 0] }],
      { keypoints: true },
      { categories },
    );
    expect(truths[0]?.keypoints).toEqual([
      { x: 1, y: 2, visibility: 2 },
      { x: 0, y: 0, visibility: 0 },
    ]);
  });
});

describe('broken annotations are refused with file, path and reason', () => {
  it.each<[string, () => unknown]>([
    ['annotations/val.json is not JSON', () => parseCocoAnnotations('{', { file })],
    ['annotations/val.json is not an object', () => parseCocoAnnotations('[]', { file })],
    ['val.json: images is not a list', () => parseCocoAnnotations('{}', { file })],
    ['annotations is not a list', () => parse(null)],
    ['images[1].id repeats 9', () => parse([], {}, { images: [image, image] })],
    ['images[0].width is not a whole number', () => parse([], {}, { images: [{ ...image, width: -1 }] })],
    ['categories[0].name is not a text', () => parse([], {}, { categories: [{ id: 3, name: 4 }] })],
    ['annotations[0] is not an object', () => parse([3])],
    [
      'annotations[1].image_id is 4, which is not among the images',
      () => parse([annotation, { ...annotation, image_id: 4 }]),
    ],
    ['annotations[0].category_id is 1, which', () => parse([{ ...annotation, category_id: 1 }])],
    ['annotations[0].bbox is not [x, y, width, height]', () => parse([{ ...annotation, bbox: [1, 2, 3] }])],
    ['annotations[0].bbox[3] is not a finite number', () => parse([{ ...annotation, bbox: [1, 2, 3, '4'] }])],
    ['annotations[0].bbox is not [x', () => parse([{ ...annotation, bbox: [1, 2, -3, 4] }])],
    ['annotations[0].iscrowd is not 0 or 1', () => parse([{ ...annotation, iscrowd: 2 }])],
    ['annotations[0].area is not a finite number', () => parse([{ ...annotation, area: '9' }])],
    [
      'annotations[0].segmentation is not an object',
      () => parse([{ ...annotation, segmentation: undefined }], { masks: true }),
    ],
    [
      'annotations[0].segmentation[0] has 4 numbers',
      () => parse([{ ...annotation, segmentation: [[1, 1, 2, 2]] }], { masks: true }),
    ],
    [
      'annotations[0].segmentation.size is not [height, width] of its image, which is 4 x 6',
      () => parse([{ ...annotation, segmentation: { size: [6, 4], counts: [24] } }], { masks: true }),
    ],
    [
      "annotations[0].segmentation cannot be read: the mask's runs sum up to 23",
      () => parse([{ ...annotation, segmentation: { size: [4, 6], counts: [23] } }], { masks: true }),
    ],
    [
      'annotations[0].segmentation cannot be read: the compressed run lengths are broken',
      () => parse([{ ...annotation, segmentation: { size: [4, 6], counts: '~' } }], { masks: true }),
    ],
    [
      'annotations[0].keypoints has 4 numbers',
      () => parse([{ ...annotation, keypoints: [1, 1, 2, 2] }], { keypoints: true }),
    ],
    [
      'annotations[0].keypoints has visibility 5',
      () => parse([{ ...annotation, keypoints: [1, 1, 5] }], { keypoints: true }),
    ],
  ])('%s', (message, act) => {
    expect(act).toThrow(expect.toSatisfy((error) => isCareError(error, 'INPUT_INVALID')));
    expect(act).toThrow(message);
  });
});

describe('any text', () => {
  const refusedOrRead = (text: string): void => {
    try {
      parseCocoAnnotations(text, { file, masks: true, keypoints: true });
    } catch (error) {
      expect(isCareError(error, 'INPUT_INVALID')).toBe(true);
      expect(String(error)).toContain(file);
    }
  };

  it('is read or refused with INPUT_INVALID that names the file', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), refusedOrRead));
  });

  it('with one value of a good file replaced, too', () => {
    const good = { ...annotation, keypoints: [1, 2, 2] };
    const whole = { size: [4, 6], counts: [24] };
    const other = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(-1, 0.5, 1e300, 2 ** 31, [], {}, [[]], '', [1e7, 1, 2, -1e7, 3, 3]),
    );
    const change = fc.oneof(
      fc.record({ of: fc.constantFrom(...Object.keys(good)), in: fc.constant('annotations'), to: other }),
      fc.record({ of: fc.constantFrom(...Object.keys(image)), in: fc.constant('images'), to: other }),
      fc.record({ of: fc.constantFrom('size', 'counts'), in: fc.constant('segmentation'), to: other }),
    );
    fc.assert(
      fc.property(change, (changed) => {
        const put = (name: string, object: object): object =>
          changed.in === name ? { ...object, [changed.of]: changed.to } : object;
        const runs = changed.in === 'segmentation' ? { segmentation: put('segmentation', whole) } : {};
        const lists = {
          images: [put('images', image)],
          categories: [category],
          annotations: [put('annotations', { ...good, ...runs })],
        };
        refusedOrRead(JSON.stringify(lists));
      }),
      { numRuns: 500 },
    );
  });
});
