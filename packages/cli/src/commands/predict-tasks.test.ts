import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TemporaryHost } from '../care-bin.fixture.js';
import { hostWithTasks } from '../task-models.fixture.js';

let host: TemporaryHost;
beforeAll(async () => {
  host = hostWithTasks();
  await host.picture('frame.jpg');
  await host.picture('000000000139.jpg');
});
afterAll(() => host[Symbol.dispose]());

const close = (value: number, digits = 3): unknown => expect.closeTo(value, digits);
const predict = (model: string, ...options: string[]) =>
  host.run(['predict', 'frame.jpg', '--model', model, ...options]);

async function json(model: string, ...options: string[]): Promise<unknown> {
  const { code, lines } = await predict(model, ...options);
  expect({ code, lines: lines.length }).toEqual({ code: 0, lines: 1 });
  return JSON.parse(lines[0] ?? '');
}

describe('care predict in a table', () => {
  it('poses: keypoints that are sure, and their mean confidence', async () => {
    const { code, stdout, stderr } = await predict('joints');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/class +confidence +x1 +y1 +x2 +y2 +keypoints +mean\n/);
    expect(stdout).toMatch(/person +0\.90 +50\.0 +25\.0 +150\.0 +75\.0 +1 of 2 +0\.55\n/);
    expect(stdout).toContain('200 x 100, 1 person,');
    expect(stdout).toContain('1 done, 0 failed: 1 person in');
  });

  it('segments: area in pixels and of the picture', async () => {
    const { stdout } = await predict('shape');
    expect(stdout).toMatch(/class +confidence +x1 +y1 +x2 +y2 +pixels +area\n/);
    expect(stdout).toMatch(/cat +0\.80 +50\.0 +25\.0 +150\.0 +75\.0 +5000 +25\.0%\n/);
  });

  it('classes: nothing but class and confidence', async () => {
    const { stdout } = await predict('posture');
    expect(stdout).toContain(
      '  class     confidence\n  lying           0.70\n  sitting         0.20\n  standing        0.10\n',
    );
    expect(stdout).toContain('1 done, 0 failed: 3 classes in');
    expect((await predict('posture', '--top-k', '1')).stdout).toContain('200 x 100, 1 class,');
    expect((await predict('posture', '--confidence', '0.9')).stdout).toContain('confidence of 0.9 or more');
  });

  it('any number of labels: those that reach the threshold', async () => {
    expect((await predict('tags')).stdout).toMatch(/lying +0\.70\n +sitting +0\.20\n\n/);
  });
});

describe('care predict as JSON', () => {
  const box = [50, 25, 150, 75].map((value) => close(value));

  it('care', async () => {
    expect(await json('joints', '--json')).toMatchObject({
      task: 'pose-estimation',
      predictions: [
        {
          class: 'person',
          box,
          keypoints: [
            { name: 'head', x: close(100), y: close(50), confidence: close(0.9) },
            { name: 'foot', x: close(50), y: close(75), confidence: close(0.2) },
          ],
        },
      ],
    });
    expect(await json('shape', '--json')).toMatchObject({
      predictions: [{ class: 'cat', box, mask: { size: [100, 200], counts: expect.any(String) as string } }],
    });
    expect(await json('posture', '--json', '--top-k', '1')).toMatchObject({
      predictions: [{ class: 'lying', class_id: 2, confidence: close(0.7) }],
    });
  });

  it('roboflow', async () => {
    const centre = { x: close(100), y: close(50), width: close(100), height: close(50) };
    expect(await json('joints', '--format', 'roboflow')).toMatchObject({
      predictions: [
        {
          ...centre,
          keypoints: [
            { class: 'head', class_id: 0 },
            { class: 'foot', class_id: 1 },
          ],
        },
      ],
    });
    const segments = await json('shape', '--format', 'roboflow');
    expect(segments).toMatchObject({ predictions: [{ ...centre, class: 'cat' }] });
    expect(segments).toHaveProperty('predictions.0.points.3');
    expect(await json('posture', '--format', 'roboflow')).toMatchObject({
      predictions: [{ class: 'lying' }, { class: 'sitting' }, { class: 'standing' }],
      top: 'lying',
      confidence: close(0.7),
    });
    expect(await json('tags', '--format', 'roboflow')).toMatchObject({
      predictions: { lying: { confidence: close(0.7), class_id: 2 }, sitting: { class_id: 1 } },
      predicted_classes: ['lying', 'sitting'],
    });
  });

  it('coco', async () => {
    const results = async (model: string) => {
      const { lines } = await host.run([
        'predict',
        '000000000139.jpg',
        '--model',
        model,
        '--format',
        'coco',
        '--top-k',
        '1',
      ]);
      return JSON.parse(lines[0] ?? '') as unknown;
    };
    const head = { image_id: 139, category_id: 0, bbox: [50, 25, 100, 50].map((value) => close(value)) };
    expect(await results('joints')).toMatchObject([
      { ...head, keypoints: [close(100), close(50), 1, close(50), close(75), 1] },
    ]);
    expect(await results('shape')).toMatchObject([{ ...head, segmentation: { size: [100, 200] } }]);
    expect(await results('posture')).toEqual([{ image_id: 139, category_id: 2, score: close(0.7) }]);
  });
});

describe('care predict --save', () => {
  it.each(['joints', 'shape', 'posture'])('draws what %s finds', async (model) => {
    const { code } = await predict(model, '--save', `out-${model}`);
    expect(code).toBe(0);
    expect(
      readFileSync(host.path(`out-${model}`, 'frame.jpg')).equals(readFileSync(host.path('frame.jpg'))),
    ).toBe(false);
  });
});

describe('care show', () => {
  it.each([
    ['joints', /keypoints +2: head, foot; 1 line between them\n/],
    ['shape', /classes +1: cat\n[^]*decoder yolov8, confidence >= 0\.5, IoU <= 0\.45\n/],
    ['posture', /postprocessing +decoder auto, one label, the best classes whatever their confidence\n/],
    ['tags', /decoder probabilities, every class with confidence >= 0\.15\n/],
  ])('tells the facts of %s', async (model, facts) => {
    expect((await host.run(['show', model])).stdout).toMatch(facts);
  });
});
