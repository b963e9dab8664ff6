import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hostWithModel, type TemporaryHost } from '../care-bin.fixture.js';

/** The form of `--json`, written from its description and not from the code. */
const figure = z.number().min(0).max(1).nullable();
const counts = z.array(z.int().min(0));
const result = z.strictObject({
  model: z.strictObject({
    ...{ id: z.literal('fake'), version: z.literal('1.2.0'), registry: z.literal('local-onnx') },
    ...{ variant: z.string(), backend: z.literal('ort') },
  }),
  task: z.literal('object-detection'),
  data: z.strictObject({ path: z.string(), format: z.enum(['yolo', 'coco']), images: z.int() }),
  settings: z.strictObject({
    ...{ confidence: z.number(), iou: z.number(), max_detections: z.int(), working_confidence: z.number() },
  }),
  images: z.int(),
  objects: z.int(),
  predictions: z.int(),
  measures: z.record(
    z.enum(['box', 'found']),
    z.strictObject({
      figures: z.record(z.string(), figure),
      per_class: z.array(
        z.strictObject({
          ...{ class: z.enum(['person', 'bed']), class_id: z.int(), objects: z.int(), predictions: z.int() },
          figures: z.record(z.string(), figure),
        }),
      ),
    }),
  ),
  confusion: z.strictObject({
    classes: z.array(z.strictObject({ class: z.string(), class_id: z.int() })),
    ...{ rows: z.array(counts), missed: counts, unfounded: counts },
  }),
  worst_first: z.array(
    z.strictObject({ image: z.string(), score: z.number(), mistakes: z.int(), note: z.string() }),
  ),
  failures: z.array(
    z.strictObject({
      image: z.string(),
      error: z.strictObject({ code: z.string(), message: z.string(), remedy: z.string() }),
    }),
  ),
  warnings: z.array(z.string()),
  elapsed_ms: z.number().positive(),
});

let host: TemporaryHost;
beforeAll(async () => {
  host = hostWithModel();
  // In every picture of 200 x 100 the model sees a person at 50..150 x 25..75, a bed at 37.5..62.5 x 12.5..37.5, and,
  // with confidence 0.3, a person at 137.5..162.5 x 62.5..87.5.
  const person = '0 0.5 0.5 0.5 0.5';
  const bed = '1 0.25 0.25 0.125 0.25';
  host.write('data/data.yaml', 'names:\n  0: person\n  1: bed\n');
  for (const name of ['right', 'missed', 'other']) await host.picture(`data/images/${name}.jpg`);
  host.write('data/labels/right.txt', `${person}\n${bed}\n`);
  host.write('data/labels/missed.txt', `${person}\n${bed}\n1 0.9 0.9 0.1 0.1\n0 0.9 0.2 0.1 0.1\n`);
  host.write('data/labels/other.txt', `1 0.5 0.5 0.5 0.5\n${bed}\n`);
});
afterAll(() => host[Symbol.dispose]());

const evalJson = async (...args: string[]) => {
  const { code, stdout, stderr } = await host.run(['eval', '--model', 'fake', '--json', ...args]);
  return { code, stderr, ...result.parse(JSON.parse(stdout)) };
};

describe('care eval', () => {
  it('prints one JSON object with figures that follow from the labels', async () => {
    const { code, measures, confusion, worst_first, ...rest } = await evalJson('--data', 'data');
    expect({ code, warnings: rest.warnings, failures: rest.failures }).toEqual({
      ...{ code: 0, warnings: [], failures: [] },
    });
    expect([rest.images, rest.objects, rest.predictions, rest.data.format]).toEqual([3, 8, 9, 'yolo']);
    // Of 5 beds 3 are found, all before any mistake: precision is 1 up to recall 0.6, that is at 61 of 101 points.
    // Of 3 persons 2 are found with 0.9, one prediction of 0.9 is wrong ("other" comes second): 1 up to 1/3, then 2/3.
    const [person, bed] = measures.box.per_class;
    expect(bed?.figures.AP50).toBeCloseTo(61 / 101, 6);
    expect(person?.figures.AP50).toBeCloseTo((34 + 33 * (2 / 3)) / 101, 6);
    expect(measures.found.figures).toEqual({
      precision: 5 / 6,
      recall: 5 / 8,
      F1: 5 / 7,
    });
    expect(confusion).toMatchObject({
      rows: [
        [2, 0],
        [1, 3],
      ],
      missed: [1, 1],
    });
    expect(worst_first.map(({ image, note }) => [image, note])).toEqual([
      ['other.jpg', '1 found, 1 missed, 1 false'],
      ['missed.jpg', '2 found, 2 missed, 0 false'],
      ['right.jpg', '2 found, 0 missed, 0 false'],
    ]);
  });

  it('prints a table for people', async () => {
    const { code, stdout } = await host.run(['eval', '-m', 'fake', '-d', 'data']);
    expect(code).toBe(0);
    expect(stdout).toContain('fake@1.2.0, object-detection: 3 pictures, 8 objects');
    expect(stdout).toMatch(/mAP50-95 +\d\.\d{3} +mAP50 +\d\.\d{3}/);
    expect(stdout).toMatch(/^ {2}bed +5 .*0\.604/m);
    expect(stdout).toMatch(/bed +person +1$/m);
    expect(stdout).toContain('other.jpg');
    expect(stdout).toMatch(/3 done, 0 failed/);
  });

  it('obeys its options', async () => {
    const changed = await evalJson(
      ...[
        '--data',
        'data/data.yaml',
        '--data-format',
        'yolo',
        '--limit',
        '2',
        '--working-confidence',
        '0.25',
      ],
      ...['--confidence', '0.5', '--iou', '0.9', '--max-detections', '7'],
    );
    expect(changed.settings).toEqual({
      confidence: 0.5,
      iou: 0.9,
      max_detections: 7,
      working_confidence: 0.25,
    });
    expect([changed.images, changed.predictions, changed.data.images]).toEqual([2, 4, 3]);
  });

  it('reads COCO annotations, matching classes by name', async () => {
    const annotations = {
      images: [{ id: 1, file_name: 'right.jpg', width: 200, height: 100 }],
      categories: [
        { id: 65, name: 'bed' },
        { id: 90, name: 'unicorn' },
      ],
      annotations: [
        { id: 1, image_id: 1, category_id: 65, bbox: [37.5, 12.5, 25, 25], area: 625, iscrowd: 0 },
        { id: 2, image_id: 1, category_id: 90, bbox: [0, 0, 9, 9], area: 81, iscrowd: 0 },
      ],
    };
    host.write('coco/ann.json', JSON.stringify(annotations));
    const { measures, warnings, objects } = await evalJson(
      ...['--data', 'coco/ann.json', '--images', 'data/images'],
    );
    expect([measures.box.figures.mAP50_95, objects]).toEqual([1, 1]);
    expect(warnings.join()).toContain('unicorn');
  });

  it('writes a report that needs nothing else, the truth drawn beside the prediction', async () => {
    host.write('data/labels/esc.txt', '0 0.9 0.9 0.1 0.1');
    await host.picture('data/images/esc.jpg');
    const { code, stdout } = await host.run([
      'eval',
      '-m',
      'fake',
      '-d',
      'data',
      '--report',
      'r.html',
      '--worst',
      '2',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('report: r.html');
    const report = readFileSync(host.path('r.html'), 'utf8');
    expect(report.match(/<article/g)).toHaveLength(2);
    expect(report.match(/src="data:image\/jpeg;base64,[A-Za-z0-9+/=]+"/g)).toHaveLength(4);
    expect(report).not.toMatch(/https?:|<script|<link|undefined|\[object|NaN/);
    for (const text of ['esc.jpg', 'ground truth', 'mAP50-95', 'Confusion matrix', 'Per class']) {
      expect(report).toContain(text);
    }
    expect(readdirSync(host.dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does the rest when a picture is broken, names it and exits with 1', async () => {
    host.write('broken/images/a.jpg', readFileSync(host.path('data/images/right.jpg')));
    host.write('broken/images/b.jpg', 'no picture');
    host.write('broken/labels/a.txt', '0 0.5 0.5 0.5 0.5');
    const { code, stderr, failures, images, measures } = await evalJson('--data', 'broken');
    expect([code, images, failures.map(({ image, error }) => [image, error.code])]).toEqual([
      ...[1, 1, [['b.jpg', 'IMAGE_INVALID']]],
    ]);
    expect(measures.box.figures.mAP50).toBe(1);
    expect(stderr).toContain('IMAGE_INVALID');
  });

  it('warns of a model that finds nothing', async () => {
    const { code, warnings, stderr } = await evalJson('--data', 'data', '--confidence', '0.99');
    expect([code, warnings.join()]).toEqual([0, expect.stringContaining('broken')]);
    expect(stderr).toContain('warning: The model is broken');
  });

  it.each([
    [['--data', 'data'], 2, /No model is named/],
    [['--model', 'fake'], 2, /No data set is named/],
    [['--model', 'fake', '--data', 'data', '--data-format', 'image-folder'], 2, /has no objects/],
    [['--model', 'fake', '--data', 'data', '--data-format', 'voc'], 2, /yolo, coco/],
    [['--model', 'fake', '--data', 'data', '--report', 'absent/r.html'], 2, /--report absent/],
    [['--model', 'fake', '--data', 'absent'], 1, /INPUT_INVALID: .*absent does not exist/],
    [['--model', 'fake', '--data', 'wrong'], 1, /INPUT_INVALID: .*a\.txt:2: .*2 classes/],
    [['--model', 'fake', '--data', 'foreign'], 1, /INPUT_INVALID: none of .*cat, dog.*person, bed/],
    [['--model', 'local-onnx:fak', '--data', 'data'], 1, /MODEL_NOT_FOUND/],
  ])('%j exits with %d', async (args, wanted, message) => {
    if (!existsSync(host.path('wrong'))) {
      host.write('wrong/labels/a.txt', '0 .5 .5 .1 .1\n7 .5 .5 .1 .1');
      host.write('wrong/data.yaml', 'names: [person, bed]');
      await host.picture('wrong/images/a.jpg');
      host.write('foreign/labels/a.txt', '0 .5 .5 .1 .1');
      host.write('foreign/data.yaml', 'names: [cat, dog]');
      await host.picture('foreign/images/a.jpg');
    }
    const { code, stdout, stderr } = await host.run(['eval', ...args]);
    expect({ code, stdout }).toEqual({ code: wanted, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe.skipIf(process.platform === 'win32')('an interrupted care eval', () => {
  it('gives no figures, frees its workers and exits with 130', async () => {
    using slow = hostWithModel({ slow: true });
    const bytes = readFileSync(await slow.picture('data/images/0.jpg'));
    for (let index = 1; index < 400; index++) slow.write(`data/images/${index}.jpg`, bytes);
    slow.write('data/labels/0.txt', '0 .5 .5 .5 .5');
    const { code, stdout, stderr } = await slow.run(
      ['eval', '-m', 'fake', '-d', 'data', '--report', 'r.html'],
      {
        interruptOnStderr: (text) => (/\d+\/400 images/.test(text) ? 'SIGINT' : undefined),
      },
    );
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/Interrupted after \d+ of 400 pictures: no figures\./);
    expect(existsSync(slow.path('r.html'))).toBe(false);
  });
});
