import { readFileSync, readdirSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hostWithModel, type TemporaryHost } from '../care-bin.fixture.js';

/** The schema of a line of `--json`, written from its description and not from the code. */
const line = z.strictObject({
  image: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  model: z.strictObject({
    id: z.literal('fake'),
    version: z.literal('1.2.0'),
    registry: z.literal('local-onnx'),
    variant: z.string(),
    backend: z.literal('ort'),
  }),
  task: z.literal('object-detection'),
  predictions: z.array(
    z.strictObject({
      class: z.enum(['person', 'bed']),
      class_id: z.int(),
      confidence: z.number().min(0).max(1),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
  timings_ms: z.record(z.string(), z.number().min(0)),
});

let host: TemporaryHost;
beforeAll(async () => {
  host = hostWithModel();
  for (const name of ['frame1.jpg', 'frame2.png', 'frame10.jpg']) await host.picture(`photos/${name}`);
  await host.picture('broken/a.jpg');
  host.write('broken/b.jpg', 'this is a text file\n');
  await host.picture('broken/c.jpg', 100, 200);
});
afterAll(() => host[Symbol.dispose]());

describe('care predict', () => {
  it('prints a table for each picture and a summary', async () => {
    const { code, stdout, stderr } = await host.run(['predict', 'photos/frame1.jpg', '--model', 'fake']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // 200 x 100 in 64 x 64: scale 0.32, 16 px of padding above. Input box 16..48 x 24..40 -> 50..150 x 25..75.
    expect(stdout).toMatch(/person +0\.90 +50\.0 +25\.0 +150\.0 +75\.0\n/);
    expect(stdout).toMatch(/bed +0\.60 +37\.5 +12\.5 +62\.5 +37\.5\n/);
    expect(stdout).toMatch(/^photos.frame1\.jpg {2}200 x 100, 2 objects, \d+ ms$/m);
    expect(stdout).toContain('1 done, 0 failed: 2 objects');
    expect(stdout).toContain('model: local-onnx:fake@1.2.0, variant onnx-fp32, on ort/cpu');
  });

  it('prints exactly one JSON object for each picture and line, in natural order', async () => {
    const { code, lines, stderr } = await host.run(['predict', 'photos', '--model', 'fake', '--json']);
    expect(code).toBe(0);
    const objects = lines.map((text) => line.parse(JSON.parse(text)));
    const images = objects.map(({ image }) => image.replaceAll('\\', '/'));
    expect(images).toEqual(['photos/frame1.jpg', 'photos/frame2.png', 'photos/frame10.jpg']);
    expect(objects[0]?.predictions[0]).toMatchObject({ class: 'person', class_id: 0 });
    for (const [index, value] of [50, 25, 150, 75].entries()) {
      expect(objects[0]?.predictions[0]?.box[index]).toBeCloseTo(value, 3);
    }
    expect(stderr).toContain('3 done, 0 failed');
  });

  it('obeys thresholds and limits', async () => {
    const run = (...options: string[]) =>
      host.run(['predict', 'photos/frame1.jpg', '--model', 'fake', '--json', ...options]);
    const counted = async (...options: string[]) => {
      const { lines } = await run(...options);
      return line.parse(JSON.parse(lines[0] ?? '')).predictions.map((found) => found.class);
    };
    expect(await counted('--confidence', '0.25')).toEqual(['person', 'bed', 'person']);
    expect(await counted('--confidence', '0.7')).toEqual(['person']);
    expect(await counted('--max-detections', '1')).toEqual(['person']);
  });

  it('says when nothing is found', async () => {
    const { code, stdout } = await host.run([
      'predict',
      'photos/frame1.jpg',
      '--model',
      'fake',
      '--confidence',
      '0.95',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('nothing found with a confidence of 0.95 or more');
  });

  it('expands globs that the shell left alone, and runs in a process of its own', async () => {
    const args = [
      'predict',
      'photos/*.jpg',
      '--model',
      'fake@^1',
      '--json',
      '--isolation',
      'process',
      '--replicas',
      '2',
    ];
    const { code, lines } = await host.run(args);
    expect({ code, lines: lines.length }).toEqual({ code: 0, lines: 2 });
  });

  it('prints Roboflow responses: centre and size, the path in the image', async () => {
    const { lines } = await host.run([
      'predict',
      'photos/frame1.jpg',
      '--model',
      'fake',
      '--format',
      'roboflow',
    ]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      image: { width: 200, height: 100, path: 'photos/frame1.jpg' },
      predictions: [
        { class: 'person', class_id: 0, x: 100, y: 50, width: 100, height: 50 },
        { class: 'bed', class_id: 1, x: 50, y: 25, width: 25, height: 25 },
      ],
    });
  });

  it('prints one array of COCO results for all pictures', async () => {
    await host.picture('coco/000000000139.jpg');
    await host.picture('coco/kitchen.jpg');
    const { code, lines } = await host.run(['predict', 'coco', '--model', 'fake', '--format', 'coco']);
    expect({ code, lines: lines.length }).toEqual({ code: 0, lines: 1 });
    const result = z.array(
      z.looseObject({ image_id: z.union([z.number(), z.string()]), bbox: z.array(z.number()) }),
    );
    const results = result.parse(JSON.parse(lines[0] ?? ''));
    expect(results.map((entry) => entry.image_id)).toEqual([139, 139, 'kitchen', 'kitchen']);
    expect(results[0]?.bbox.map(Math.round)).toEqual([50, 25, 100, 50]);
  });
});

describe('care predict --save', () => {
  it('writes annotated pictures under their names and says where', async () => {
    const { code, stdout } = await host.run(['predict', 'photos', '--model', 'fake', '--save', 'out']);
    expect(code).toBe(0);
    expect(readdirSync(host.path('out')).sort()).toEqual(['frame1.jpg', 'frame10.jpg', 'frame2.png']);
    expect(stdout).toContain('3 annotated pictures in out');
    const [before, after] = await Promise.all(
      ['photos/frame2.png', 'out/frame2.png'].map((file) =>
        sharp(host.path(file)).removeAlpha().raw().toBuffer(),
      ),
    );
    expect(after?.length).toBe(before?.length);
    // Something is drawn on the edge of the box, nothing far from it.
    const pixel = (data: Buffer | undefined, x: number, y: number) =>
      data?.subarray((y * 200 + x) * 3, (y * 200 + x) * 3 + 3);
    expect(pixel(after, 50, 60)).not.toEqual(pixel(before, 50, 60));
    expect(pixel(after, 190, 95)).toEqual(pixel(before, 190, 95));
  });

  it('never overwrites a picture it was given', async () => {
    await host.picture('own/x.jpg');
    const original = readFileSync(host.path('own/x.jpg'));
    const { code } = await host.run(['predict', 'own/x.jpg', '--model', 'fake', '--save', 'own']);
    expect(code).toBe(0);
    expect(readFileSync(host.path('own/x.jpg'))).toEqual(original);
    expect(readdirSync(host.path('own')).sort()).toEqual(['x.annotated.jpg', 'x.jpg']);
  });
});

describe('care predict with one broken picture', () => {
  it('does the rest, names the broken one, exits with 1', async () => {
    const { code, stdout, stderr } = await host.run(['predict', 'broken', '--model', 'fake']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error IMAGE_INVALID: broken.b\.jpg .*text/);
    expect(stderr).toContain('remedy:');
    expect(stdout).toContain('2 done, 1 failed');
    expect(stdout).toMatch(/a\.jpg[^]*c\.jpg/);
  });

  it('gives it a line of its own with --json', async () => {
    const { code, lines } = await host.run(['predict', 'broken', '--model', 'fake', '--json']);
    expect(code).toBe(1);
    const [first, second, third] = lines.map((text) => JSON.parse(text) as unknown);
    expect(lines).toHaveLength(3);
    const failed = z.strictObject({
      image: z.string().regex(/b\.jpg$/),
      error: z.strictObject({
        code: z.literal('IMAGE_INVALID'),
        message: z.string(),
        remedy: z.string().min(1),
      }),
    });
    expect([
      line.safeParse(first).success,
      failed.safeParse(second).success,
      line.safeParse(third).success,
    ]).toEqual([true, true, true]);
  });
});

describe('care predict used wrongly', () => {
  it.each([
    [['predict', 'photos'], /No model is named/],
    [['predict', 'photos', '--model', 'fake', '--confidence', '1.5'], /from 0 to 1/],
    [['predict', 'photos', '--model', 'fake', '--replicas', '0'], /whole number/],
    [['predict', 'photos', '--model', 'fake', '--format', 'voc'], /care, roboflow, coco/],
    [['predict', 'photos', '--modle', 'fake'], /Did you mean --model\?/],
    [['predict', 'absent/*.jpg', '--model', 'fake'], /matches no file/],
    [['predict', 'photos', '--model', 'fake', '--save', 'package.json'], /--save package\.json/],
    [['predict', 'photos', '--model', 'fake', '--variant', 'onnx-int4'], /onnx-int4/],
    [['predict', 'photos', '--model', ':'], /REFERENCE_INVALID/],
    [['predict', 'photos', '--model', 'fake', '--root', 'photos'], /package\.json/],
    [['predcit'], /Did you mean predict\?/],
  ])('%j exits with 2', async (args, message) => {
    const { code, stdout, stderr } = await host.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('exits with 1 when the model or backend is not there, and says what there is', async () => {
    const model = await host.run(['predict', 'photos', '--model', 'local-onnx:fak', '--json']);
    expect({ code: model.code, stdout: model.stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(model.stderr)).toMatchObject({ error: { code: 'MODEL_NOT_FOUND' } });
    const backend = await host.run(['predict', 'photos', '--model', 'fake', '--backend', 'orrt']);
    expect(backend.code).toBe(1);
    expect(backend.stderr).toMatch(/error PLUGIN_NOT_FOUND: .*"ort"/);
  });
});
