import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { describe, expect, it } from 'vitest';
import { DETECTOR, manifestOf, modelsDirectory } from './models-directory.fixture.js';
import { validateDirectory } from './validate-directory.js';

describe('validateDirectory', () => {
  it('finds nothing in a sound directory', async () => {
    const sha256 = createHash('sha256').update(DETECTOR).digest('hex');
    const dir = await modelsDirectory({
      'good.json': manifestOf('good', { sha256 }),
      'detector.onnx': DETECTOR,
    });
    expect(await validateDirectory(dir)).toEqual({
      directory: dir,
      models: [{ file: 'good.json', modelId: 'good', valid: true }],
      problems: [],
      errors: 0,
      warnings: 0,
    });
  });

  it('tells everything at once: manifests, model files, hashes, disagreements', async () => {
    const dir = await modelsDirectory({
      'detector.onnx': DETECTOR,
      'text.onnx': 'no model',
      'a.json': JSON.stringify(manifestOf('a')).replace(/\}$/, ',}'),
      'b.json': manifestOf('b', { model_path: 'absent.onnx' }),
      'c.json': manifestOf('c', { model_path: 'text.onnx' }),
      'd.json': manifestOf('d', { class_names: ['x'], clas_names: [] }),
      'e.json': manifestOf('e', { sha256: '0'.repeat(64) }),
      'f.json': manifestOf('f', { model_path: '../out.onnx' }),
      'g.json': manifestOf('g'),
    });
    const report = await validateDirectory(dir);
    expect(report.problems.map(({ file, severity, jsonPath }) => `${file} ${severity} ${jsonPath}`)).toEqual([
      'a.json error $',
      'b.json error $.model_path',
      'c.json error $.model_path',
      'd.json error $.class_names',
      'd.json warning $.clas_names',
      'e.json error $.model_path',
      'f.json error $.model_path',
    ]);
    expect(report.models.filter(({ valid }) => valid).map(({ modelId }) => modelId)).toEqual(['g']);
    expect(report).toMatchObject({ errors: 6, warnings: 1 });
    expect(report.problems.every(({ line }) => line !== undefined)).toBe(true);
  });

  it('tells all that is wrong with one model: every file, and where they disagree', async () => {
    const dir = await modelsDirectory({
      'detector.onnx': DETECTOR,
      'text.onnx': 'no model',
      'a.json': manifestOf('a', {
        class_names: ['x'],
        input_size: [64, 64],
        sha256: '0'.repeat(64),
        variants: [
          { model_path: 'absent.onnx', precision: 'fp16' },
          { model_path: 'text.onnx', precision: 'int8' },
          { model_path: '../out.onnx', precision: 'fp32' },
        ],
      }),
    });
    const { problems } = await validateDirectory(dir);
    expect(problems.map(({ jsonPath }) => jsonPath).sort()).toEqual([
      '$.class_names',
      '$.input_size',
      '$.model_path',
      '$.variants[0].model_path',
      '$.variants[1].model_path',
      '$.variants[2].model_path',
    ]);
  });

  it('tells every file of external data that is missing', async () => {
    const weight = (name: string) => ({
      type: 'float32' as const,
      dims: [2],
      external: { location: `${name}.bin`, offset: 0, length: 8 },
    });
    const dir = await modelsDirectory({
      'detector.onnx': buildOnnxModel({
        inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }],
        outputs: [{ name: 'output0', type: 'float32', shape: [1, 6, 84] }],
        initializers: { first: weight('first'), second: weight('second'), third: weight('third') },
        nodes: [{ op: 'Identity', inputs: ['images'], outputs: ['output0'] }],
      }),
      'second.bin': new Uint8Array(8),
      'third.bin': new Uint8Array(4),
      'a.json': manifestOf('a'),
    });
    const found = (await validateDirectory(dir)).problems.map((problem) => problem.found);
    expect(found).toEqual([
      expect.stringContaining(
        '"detector.onnx", which is not the intact model that is meant: the external data (tensor third)',
      ),
      expect.stringContaining(
        '"detector.onnx", which is not there to be read: the external data (tensor first)',
      ),
    ]);
  });

  it('looks at the model files of manifests that are broken or there twice', async () => {
    const dir = await modelsDirectory({
      'detector.onnx': DETECTOR,
      'a.json': manifestOf('a', { class_names: 'x', model_path: 'absent.onnx' }),
      'b.json': manifestOf('b', { model_path: 'absent.onnx' }),
      'c.json': manifestOf('b', { class_names: ['x'] }),
      'd.json': manifestOf('d', { class_names: 'x', model_path: 'absent.pt' }),
    });
    const { problems } = await validateDirectory(dir);
    expect(problems.map(({ file, jsonPath }) => `${file} ${jsonPath}`)).toEqual([
      'a.json $.model_path',
      'a.json $.class_names',
      'b.json $.model_id',
      'b.json $.model_path',
      'c.json $.model_id',
      'c.json $.class_names',
      'd.json $.model_path',
      'd.json $.class_names',
    ]);
  });

  it('warns of models without a manifest, and of directories without models', async () => {
    const dir = await modelsDirectory({ 'sub/lonely.onnx': DETECTOR });
    const warnings = (await validateDirectory(dir)).problems.map(({ file, found }) => `${file}: ${found}`);
    expect(warnings).toEqual([
      `${dir}: no manifest (*.json)`,
      'sub/lonely.onnx: a model file that no manifest describes',
    ]);
    expect((await validateDirectory(join(dir, 'absent'))).problems[0]?.found).toBe('no such directory');
  });
});

it('publishes the schema of @care/model-manifest unchanged', () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
  expect(read('../manifest.schema.json')).toEqual(read('../../model-manifest/manifest.schema.json'));
});
