import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
      'a.json': '{"model_id": "a",}',
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
