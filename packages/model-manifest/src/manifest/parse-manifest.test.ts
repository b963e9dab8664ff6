import { isCareError, type JsonObject } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../problem/manifest-problem.js';
import { FULL_MANIFEST, PREDECESSOR_MANIFEST } from './manifest.fixture.js';
import { parseManifest } from './parse-manifest.js';
import { requireManifest } from './read-manifest.js';

const parse = (manifest: JsonObject) => parseManifest(JSON.stringify(manifest, null, 2), 'm.json');
const lines = (manifest: JsonObject): string[] => parse(manifest).problems.map(formatProblem);

describe('parseManifest', () => {
  it("takes the predecessor's manifests as they are", () => {
    expect(parse(PREDECESSOR_MANIFEST)).toMatchObject({ manifest: PREDECESSOR_MANIFEST, problems: [] });
    expect(parse({ ...PREDECESSOR_MANIFEST, metadata: null }).problems).toEqual([]);
  });

  it('takes every optional field', () => {
    expect(parse(FULL_MANIFEST)).toMatchObject({ manifest: FULL_MANIFEST, problems: [] });
  });

  it.each<[string, JsonObject, string]>([
    [
      'a text for a number',
      { input_size: ['320', 320] },
      '$.input_size[0]: found "320", expected a whole number',
    ],
    [
      'one number',
      { input_size: 320 },
      '$.input_size: found 320, expected two whole numbers: [height, width]',
    ],
    [
      'three numbers',
      { input_size: [1, 320, 320] },
      '$.input_size: found [1,320,320], expected two whole numbers',
    ],
    [
      'a negative size',
      { input_size: [-1, 320] },
      '$.input_size[0]: found -1, expected a number of at least 1',
    ],
    ['half a pixel', { input_size: [320.5, 320] }, '$.input_size[0]: found 320.5, expected'],
    ['a name for a list', { class_names: 'person' }, '$.class_names: found "person", expected a list'],
    ['no names', { class_names: [] }, '$.class_names: found [], expected a list of at least 1 item'],
    ['a number among names', { class_names: ['a', 1] }, '$.class_names[1]: found 1, expected a string'],
    ['an unknown task', { task_type: 'object_detection' }, '(did you mean "object-detection"?)'],
    [
      'another file type',
      { model_path: 'a.pt' },
      '$.model_path: found "a.pt", expected a path that ends in .onnx',
    ],
    ['an empty id', { model_id: '' }, '$.model_id: found "", expected a text that is not empty'],
    ['a version that is none', { version: '1.2' }, '$.version: found "1.2", expected a semantic version'],
    ['a short hash', { sha256: 'abc' }, '$.sha256: found "abc", expected the SHA-256'],
    [
      'a threshold in percent',
      { postprocessing: { confidence_threshold: 50 } },
      '$.postprocessing.confidence_threshold: found 50, expected a number of at most 1',
    ],
    ['a list for an object', { preprocessing: [] }, '$.preprocessing: found [], expected an object'],
    ['a misspelt word', { preprocessing: { resize: 'leterbox' } }, '(did you mean "letterbox"?)'],
    [
      'a division by zero',
      { preprocessing: { std: [0] } },
      '$.preprocessing.std[0]: found 0, expected a number greater than 0',
    ],
    ['two means', { preprocessing: { mean: [1, 2] } }, '$.preprocessing.mean: found 2 values'],
    [
      'a static crop in percent',
      { preprocessing: { static_crop: { x_min: 0, y_min: 0, x_max: 75, y_max: 1 } } },
      '$.preprocessing.static_crop.x_max: found 75',
    ],
    [
      'a static crop inside out',
      { preprocessing: { static_crop: { x_min: 0, y_min: 0.5, x_max: 1, y_max: 0.5 } } },
      '$.preprocessing.static_crop.y_max: found 0.5, expected more than y_min, 0.5',
    ],
    [
      'an unknown contrast',
      { preprocessing: { contrast: { method: 'histogram-equalisation' } } },
      '(did you mean "histogram-equalization"?)',
    ],
    [
      'a crop of words',
      { preprocessing: { resize_shorter_side: 'fill' } },
      '$.preprocessing.resize_shorter_side',
    ],
    [
      'a bone to nowhere',
      { keypoints: { names: ['a'], skeleton: [[0, 1]] } },
      '$.keypoints.skeleton[0]: found [0,1]',
    ],
    [
      'too few sigmas',
      { keypoints: { names: ['a', 'b'], sigmas: [1] } },
      '$.keypoints.sigmas: found 1 sigmas',
    ],
    ['a text as metadata', { metadata: 'x' }, '$.metadata: found "x", expected an object'],
  ])('refuses %s', (_name, change, expected) => {
    const { manifest } = parse({ ...PREDECESSOR_MANIFEST, ...change });
    expect(manifest).toBeUndefined();
    expect(lines({ ...PREDECESSOR_MANIFEST, ...change }).join('\n')).toContain(expected);
  });

  it.each(['[]', '"a"', '1', 'null', '{}'])('refuses %s', (text) => {
    const { manifest, problems } = parseManifest(text, 'm.json');
    expect(manifest).toBeUndefined();
    expect(problems).not.toEqual([]);
  });

  it('collects every problem, with line and column', () => {
    const text =
      '{\n  "model_id": 5,\n  "class_name": ["a"],\n  "task_type": "x",\n  "model_path": "a.onnx",\n  "input_size": [1, "2"]\n}';
    expect(parseManifest(text, 'm.json').problems.map(formatProblem)).toEqual([
      'm.json:1:1 $.class_names: found nothing, expected a list (did you mean "class_name"?)',
      'm.json:2:15 $.model_id: found 5, expected a string',
      'm.json:3:3 $.class_name: warning: found the unknown key "class_name", expected a known key; it is ignored (did you mean "class_names"?)',
      expect.stringContaining(
        'm.json:4:16 $.task_type: found "x", expected one of "object-detection"',
      ) as string,
      expect.stringContaining('m.json:6:21 $.input_size[1]: found "2"') as string,
    ]);
  });

  it.each([
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['a trailing comma', (text: string) => text.replace(/\}$/, ',}')],
    ['a key twice', (text: string) => text.replace(/^\{/, '{"model_id": "x",')],
  ])('tells what is wrong in the document beside %s', (_name, damage) => {
    const text = damage(JSON.stringify({ ...PREDECESSOR_MANIFEST, class_names: 'person', input_size: 320 }));
    const { manifest, problems, modelPath } = parseManifest(text, 'm.json');
    expect({ manifest, modelPath }).toEqual({ modelPath: PREDECESSOR_MANIFEST.model_path });
    expect(problems.map(({ jsonPath }) => jsonPath)).toEqual(
      expect.arrayContaining(['$.class_names', '$.input_size']),
    );
    expect(problems).toHaveLength(3);
  });

  it('misses nothing in a text that breaks off', () => {
    const { problems } = parseManifest('{"model_id": "a", "task_type": ', 'm.json');
    expect(problems.map(({ found }) => found)).toEqual(['the end of the file']);
  });

  it('warns of unknown keys everywhere but in free-form parts', () => {
    const odd = {
      ...PREDECESSOR_MANIFEST,
      postprocessing: { iou_treshold: 0.5, decoder_options: { anything: 1 } },
      variants: [{ model_path: 'a.onnx', precision: 'fp16', sha: 'x' }],
      descripton: 'x',
    };
    expect(parse(odd).manifest).toBeDefined();
    expect(
      parse(odd).problems.map(({ jsonPath, nearest, severity }) => [jsonPath, nearest, severity]),
    ).toEqual([
      ['$.postprocessing.iou_treshold', 'iou_threshold', 'warning'],
      ['$.variants[0].sha', undefined, 'warning'],
      ['$.descripton', undefined, 'warning'],
    ]);
  });

  it('warns of a shorter side where none is scaled', () => {
    const odd = { ...PREDECESSOR_MANIFEST, preprocessing: { resize_shorter_side: 256, static_corp: {} } };
    expect(parse(odd).manifest).toBeDefined();
    expect(parse(odd).problems.map(({ jsonPath, nearest }) => [jsonPath, nearest])).toEqual([
      ['$.preprocessing.resize_shorter_side', undefined],
      ['$.preprocessing.static_corp', 'static_crop'],
    ]);
  });

  it('warns of ids that a reference cannot name, and of class names used twice', () => {
    const odd = { ...PREDECESSOR_MANIFEST, model_id: 'a:b', class_names: ['x', 'y', 'x'] };
    expect(parse(odd).manifest).toBeDefined();
    expect(parse(odd).problems.map(({ jsonPath }) => jsonPath)).toEqual(['$.model_id', '$.class_names[2]']);
    expect(lines({ ...PREDECESSOR_MANIFEST, model_id: '../x' })).toEqual([
      expect.stringContaining(
        'warning: found "../x", expected a name that a model reference can hold',
      ) as string,
    ]);
    expect(lines({ ...PREDECESSOR_MANIFEST, model_id: 'fall detector' })).toEqual([]);
  });

  it('gives one error that holds every problem', () => {
    const parsed = parse({ ...PREDECESSOR_MANIFEST, input_size: [0, 0] });
    try {
      requireManifest(parsed);
      expect.unreachable();
    } catch (error) {
      if (!isCareError(error, 'MANIFEST_INVALID')) throw error;
      expect(error.message).toContain('m.json:');
      expect(error.details.problems).toHaveLength(2);
    }
  });

  it('never throws, whatever is put where', () => {
    const keys = [...Object.keys(FULL_MANIFEST), '__proto__', 'toString', 'x'];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }), (key, value) => {
        const text = JSON.stringify({ ...FULL_MANIFEST, [key]: value });
        const { manifest, problems } = parseManifest(text, 'm.json');
        expect(manifest === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 1000 },
    );
  });
});
