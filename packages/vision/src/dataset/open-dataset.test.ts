import { isCareError, type CareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import type { TruthKind } from '../tasks/task-evaluation.js';
import type { Dataset, DatasetFormat } from './dataset.js';
import { openDataset } from './open-dataset.js';
import { TemporaryDataset } from './temporary-dataset.fixture.js';

async function failure(work: Promise<unknown>): Promise<CareError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isCareError(error)) throw new Error(`no CareError: ${String(error)}`);
  return error;
}

const size = { width: 100, height: 50 };
const truthsOf = ({ images }: Dataset) =>
  Object.fromEntries(images.map((image) => [image.name, image.truths(size)]));

const COCO = JSON.stringify({
  images: [
    { id: 7, file_name: 'a.jpg', width: 100, height: 50 },
    { id: 9, file_name: 'b.jpg', width: 100, height: 50 },
  ],
  categories: [
    { id: 3, name: 'car' },
    { id: 1, name: 'person' },
  ],
  annotations: [
    { id: 1, image_id: 9, category_id: 3, bbox: [10, 5, 20, 10], area: 150, iscrowd: 0 },
    { id: 2, image_id: 9, category_id: 1, bbox: [0, 0, 9, 9], iscrowd: 1 },
  ],
});
const LABELS = JSON.stringify([
  { file: 'images/x.jpg', index: 20, wnid: 'n01601694', name: 'water ouzel' },
  { file: 'images/y.jpg', index: 0, wnid: 'n01440764', name: 'tench' },
]);

describe('the format is told from what is there', () => {
  it.each<[string, TruthKind, Record<string, string>, DatasetFormat, string]>([
    ['images and labels', 'box', { 'images/a.jpg': '', 'labels/a.txt': '0 .5 .5 .2 .2' }, 'yolo', ''],
    ['pictures and texts side by side', 'box', { 'a.jpg': '', 'a.txt': '0 .5 .5 .2 .2' }, 'yolo', ''],
    [
      'a YAML file',
      'box',
      { 'd.yaml': 'names: [a]\nval: v', 'v/a.jpg': '', 'v/a.txt': '' },
      'yolo',
      'd.yaml',
    ],
    ['an annotation file', 'box', { 'x/ann.json': COCO, 'x/a.jpg': '', 'x/b.jpg': '' }, 'coco', 'x/ann.json'],
    ['COCO folders', 'box', { 'annotations/instances_val.json': COCO, 'val/a.jpg': '' }, 'coco', ''],
    ['Roboflow COCO', 'box', { '_annotations.coco.json': COCO, 'a.jpg': '' }, 'coco', ''],
    ['class folders', 'class', { 'cat/a.jpg': '', 'dog/b.png': '' }, 'image-folder', ''],
    ['a list', 'class', { 'labels.json': LABELS, 'images/x.jpg': '' }, 'labels-json', ''],
  ])('%s', async (_, truth, files, format, below) => {
    using data = new TemporaryDataset(files);
    expect((await openDataset(data.path(below), { truth })).format).toBe(format);
  });

  it('and when nothing is recognised it says what would be', async () => {
    using data = new TemporaryDataset({ 'notes.md': '' });
    const objects = await failure(openDataset(data.dir, { truth: 'box' }));
    expect([objects.code, objects.message]).toEqual(['INPUT_INVALID', expect.stringContaining('labels/')]);
    const classes = await failure(openDataset(data.dir, { truth: 'class' }));
    expect(classes.message).toContain('labels.json');
    expect((await failure(openDataset(data.path('absent'), { truth: 'box' }))).message).toContain(
      'not exist',
    );
  });

  it('unless it is stated, and must have labels of the kind', async () => {
    using data = new TemporaryDataset({ 'cat/a.jpg': '', 'labels.json': LABELS });
    const stated = await openDataset(data.dir, { truth: 'class', format: 'image-folder' });
    expect(stated.format).toBe('image-folder');
    const error = await failure(openDataset(data.dir, { truth: 'box', format: 'image-folder' }));
    expect([error.code, error.remedy]).toEqual(['OPTIONS_INVALID', expect.stringContaining('yolo, coco')]);
  });
});

describe('YOLO', () => {
  const files = {
    'data.yaml': 'names: {0: cat, 1: dog}',
    'images/a.jpg': '',
    'images/sub/b.png': '',
    'images/c.jpg': '',
    'labels/a.txt': '1 0.5 0.5 0.2 0.4\n',
    'labels/sub/b.txt': '0 0.25 0.5 0.5 1\n0 0.25 0.5 0.5 1\n',
    'labels/orphan.txt': '0 0.5 0.5 0.1 0.1',
    'labels_seg/a.txt': '1 0 0 0.5 0 0.5 1 0 1\n',
  };

  it('gives boxes in pixels; a picture without a file is empty', async () => {
    using data = new TemporaryDataset(files);
    const dataset = await openDataset(data.dir, { truth: 'box' });
    const truths = truthsOf(dataset);
    expect(Object.keys(truths)).toEqual(['a.jpg', 'c.jpg', 'sub/b.png']);
    expect(truths['c.jpg']).toEqual([]);
    expect(truths['sub/b.png']).toEqual([{ classId: 0, box: [0, 0, 50, 50] }]);
    expect(truths['a.jpg']?.[0]?.box?.map(Math.round)).toEqual([40, 15, 60, 35]);
    expect(dataset.classes.map(({ names }) => names[0])).toEqual(['cat', 'dog']);
    expect(dataset.notes.join('\n')).toMatch(/1 lines repeat.*b\.txt:2[^]*orphan\.txt/);
  });

  it('takes masks from labels_seg, and leaves out what has none there', async () => {
    using data = new TemporaryDataset(files);
    const dataset = await openDataset(data.dir, { truth: 'mask' });
    const [truth, ...more] = truthsOf(dataset)['a.jpg'] ?? [];
    expect([dataset.images.length, more.length]).toEqual([1, 0]);
    // The left half, down the columns: 50 columns of 50 pixels.
    expect([...(truth?.mask?.counts ?? [])]).toEqual([0, 2500, 2500]);
    expect(dataset.notes.join()).toContain('2 pictures have no file');
  });

  it('reads keypoints as many as the model has, or kpt_shape says', async () => {
    const line = '0 .5 .5 1 1 .1 .2 1 .3 .4 0';
    using data = new TemporaryDataset({ 'images/a.jpg': '', 'labels/a.txt': line });
    const truths = truthsOf(await openDataset(data.dir, { truth: 'keypoints', keypoints: 2 }));
    expect(truths['a.jpg']?.[0]?.keypoints).toEqual([
      { x: 10, y: 10, visibility: 1 },
      { x: 0, y: 0, visibility: 0 },
    ]);
    const three = await failure(openDataset(data.dir, { truth: 'keypoints', keypoints: 17 }));
    expect(three.message).toMatch(/a\.txt:1: 6 values after class and box/);
    data.write('data.yaml', 'kpt_shape: [3, 2]');
    const shape = await openDataset(data.dir, { truth: 'keypoints', keypoints: 3 });
    expect(truthsOf(shape)['a.jpg']?.[0]?.keypoints).toHaveLength(3);
  });

  it.each([
    ['a broken line', { 'labels/a.txt': '0 .5 .5 .1 .1\n1 .5 x .1 .1\n' }, /labels.a\.txt:2: .*"x"/],
    ['a class that names lack', { 'labels/a.txt': '2 .5 .5 .1 .1' }, /a\.txt:1: .*2 classes/],
    ['pixels', { 'labels/a.txt': '0 50 50 10 10' }, /a\.txt:1: .*not a fraction/],
    ['broken YAML', { 'data.yaml': 'names: [a\nval: x' }, /data\.yaml:\d+:\d+: /],
    ['odd names', { 'data.yaml': 'names: 7' }, /data\.yaml: names is neither/],
    ['no labels', { 'labels/a.txt': undefined }, /none of the 1 pictures/],
  ])('names file and line of %s', async (_, changes, message) => {
    using data = new TemporaryDataset({
      'images/a.jpg': '',
      'data.yaml': 'names: [cat, dog]',
      'labels/z.md': '',
    });
    for (const [file, content] of Object.entries(changes))
      if (content !== undefined) data.write(file, content);
    const error = await failure(openDataset(data.dir, { truth: 'box' }));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toMatch(message);
  });
});

describe('COCO', () => {
  const files = { 'annotations/instances_val2017.json': COCO, 'val2017/a.jpg': '', 'val2017/b.jpg': '' };

  it('gives boxes with the ids of the file', async () => {
    using data = new TemporaryDataset(files);
    const dataset = await openDataset(data.dir, { truth: 'box' });
    expect(dataset.images.map(({ id, path }) => [id, path])).toEqual([
      [7, data.path('val2017/a.jpg')],
      [9, data.path('val2017/b.jpg')],
    ]);
    expect(truthsOf(dataset)).toEqual({
      'a.jpg': [],
      'b.jpg': [
        { classId: 3, box: [10, 5, 30, 15], area: 150, crowd: false },
        { classId: 1, box: [0, 0, 9, 9], crowd: true },
      ],
    });
    expect(dataset.classes).toEqual([
      { id: 1, names: ['person'] },
      { id: 3, names: ['car'] },
    ]);
  });

  it('refuses pictures of another size, paths that leave the folder, and a choice of files', async () => {
    using data = new TemporaryDataset(files);
    const [first] = (await openDataset(data.dir, { truth: 'box' })).images;
    expect(() => first?.truths({ width: 50, height: 100 })).toThrow(/is 50 x 100 pixels.*says 100 x 50/);
    data.write('annotations/instances_train2017.json', COCO);
    expect((await failure(openDataset(data.dir, { truth: 'box' }))).message).toContain('several');
    data.write('evil.json', COCO.replace('a.jpg', '../../etc/passwd'));
    const error = await failure(openDataset(data.path('evil.json'), { truth: 'box' }));
    expect(error.code).toBe('PATH_FORBIDDEN');
  });

  it('says which folders it looked into for the pictures', async () => {
    using data = new TemporaryDataset({ 'annotations/x.json': COCO, 'elsewhere/a.jpg': '' });
    expect((await failure(openDataset(data.dir, { truth: 'box' }))).message).toContain('a.jpg is in none of');
    const given = await openDataset(data.dir, { truth: 'box', images: data.path('elsewhere') });
    expect(given.images[0]?.path).toBe(data.path('elsewhere/a.jpg'));
  });
});

describe('classes of pictures', () => {
  it('come from folders by name', async () => {
    using data = new TemporaryDataset({ 'tench/a.jpg': '', 'crane/b.jpg': '', 'crane/c.txt': '' });
    const dataset = await openDataset(data.dir, { truth: 'class' });
    expect(truthsOf(dataset)).toEqual({ 'crane/b.jpg': [{ classId: 0 }], 'tench/a.jpg': [{ classId: 1 }] });
    expect(dataset.classes[1]).toEqual({ id: 1, names: ['tench'] });
  });

  it('or by number, when all folders are numbers', async () => {
    using data = new TemporaryDataset({ '10/a.jpg': '', '9/b.jpg': '' });
    const dataset = await openDataset(data.dir, { truth: 'class' });
    expect(dataset.classes.map(({ id }) => id)).toEqual([9, 10]);
    expect(truthsOf(dataset)['10/a.jpg']).toEqual([{ classId: 10 }]);
  });

  it('are not taken from splits', async () => {
    using data = new TemporaryDataset({ 'train/cat/a.jpg': '', 'val/cat/b.jpg': '' });
    expect((await failure(openDataset(data.dir, { truth: 'class' }))).remedy).toContain('val');
  });

  it.each([
    ['no JSON', '[', /labels\.json is not JSON/],
    ['no list', '{}', /labels\.json is not a list/],
    ['no class', '[{"file": "a.jpg"}]', /\[0\] has neither/],
    ['a picture twice', '[{"file":"a.jpg","index":1},{"file":"a.jpg","index":2}]', /\[1\]\.file repeats/],
    ['an odd number', '[{"file":"a.jpg","index":-1}]', /\[0\]\.index/],
  ])('come from a list that is checked: %s', async (_, text, message) => {
    using data = new TemporaryDataset({ 'labels.json': text });
    const error = await failure(openDataset(data.dir, { truth: 'class' }));
    expect([error.code, error.message]).toEqual(['INPUT_INVALID', expect.stringMatching(message)]);
  });
});
