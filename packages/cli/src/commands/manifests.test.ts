import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fakeDetector, hostWithModel, TemporaryHost, ULTRALYTICS_METADATA } from '../care-bin.fixture.js';

describe('care validate', () => {
  it('is content with what is right', async () => {
    using host = hostWithModel();
    const { code, stdout } = await host.run(['validate']);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok: 1 of 1 manifest valid/m) as string,
    });
  });

  it('reports every problem of every file with its place, and exits with 1', async () => {
    using host = hostWithModel();
    host.write(
      'models/local/sub/wrong.json',
      `{
  "model_id": "wrong",
  "task_type": "object-detection",
  "model_path": "absent.onnx",
  "clas_names": ["a"],
  "input_size": [64, "64"]
}
`,
    );
    host.write('models/local/comma.json', '{\n  "model_id": "x",\n}\n');
    const { code, stdout } = await host.run(['validate', 'models/local']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^models.local.comma\.json:3:1 /m);
    expect(stdout).toMatch(
      /^models.local.sub.wrong\.json:6:\d+ \$\.input_size\[1\]: found .*64.*, expected /m,
    );
    expect(stdout).toMatch(/^models.local.sub.wrong\.json:5:\d+ .*did you mean "class_names"/m);
    expect(stdout).toMatch(/not valid: 1 of 3 manifests valid in models.local; \d+ errors/);
    // A broken manifest does not hide that its model file is missing.
    expect(stdout).toMatch(
      /^models.local.sub.wrong\.json:4:\d+ \$\.model_path: found "absent\.onnx", which is not there/m,
    );
    const json = await host.run(['validate', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ file: 'comma.json', line: 3, column: 1, severity: 'error' }),
      ]) as unknown,
    });
  });

  it('takes a folder that is not there, or a file, as used wrongly', async () => {
    using host = hostWithModel();
    expect(await host.run(['validate', 'nowhere'])).toMatchObject({ code: 2, stdout: '' });
    const { code, stderr } = await host.run(['validate', 'package.json']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/"package\.json" is a file\.\n.*care validate \./);
  });
});

describe('care import', () => {
  it('describes an Ultralytics export, which then predicts', async () => {
    using host = new TemporaryHost();
    host.write('models/local/best.onnx', fakeDetector({ metadata: ULTRALYTICS_METADATA }));
    const { code, stdout, stderr } = await host.run(['import', 'models/local/best.onnx']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/best\.json written: best \(object-detection, 2 classes, input 64 x 64\)/);
    expect(stdout).toContain('care predict PICTURE --model best\n');
    const manifest: unknown = JSON.parse(readFileSync(host.path('models/local/best.json'), 'utf8'));
    expect(manifest).toMatchObject({
      model_id: 'best',
      task_type: 'object-detection',
      model_path: 'best.onnx',
      class_names: ['person', 'bed'],
      input_size: [64, 64],
    });
    expect((await host.run(['validate'])).code).toBe(0);
    await host.picture('photo.jpg');
    const predicted = await host.run(['predict', 'photo.jpg', '--model', 'best']);
    expect(predicted.stdout).toMatch(/person +0\.90 +50\.0 +25\.0 +150\.0 +75\.0/);
  });

  it('asks by flag for what cannot be told, and replaces only when forced', async () => {
    using host = new TemporaryHost();
    host.write('plain.onnx', fakeDetector());
    const asked = await host.run(['import', 'plain.onnx']);
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toContain('--classes');
    const flags = [
      '--classes',
      'person,bed',
      '--family',
      'yolov8',
      '--task',
      'object-detection',
      '--id',
      'mine',
    ];
    const dry = await host.run(['import', 'plain.onnx', ...flags, '--dry-run']);
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({ model_id: 'mine' });
    expect(existsSync(host.path('plain.json'))).toBe(false);
    const written = await host.run(['import', 'plain.onnx', ...flags, '--json']);
    expect(JSON.parse(written.stdout)).toMatchObject({ written: true, manifest: { model_id: 'mine' } });
    expect((await host.run(['import', 'plain.onnx', ...flags])).stderr).toContain('--force');
    const forced = await host.run(['import', 'plain.onnx', ...flags, '--force', '--model-version', '2.0.0']);
    expect(forced.stdout).toContain('--models-dir .');
    expect(JSON.parse(readFileSync(host.path('plain.json'), 'utf8'))).toMatchObject({ version: '2.0.0' });
  });

  it.each([
    ['absent.onnx', undefined, 1, /ARTIFACT_MISSING/],
    ['text.onnx', 'hello', 1, /ARTIFACT_CORRUPT/],
    ['empty.onnx', '', 1, /ARTIFACT_CORRUPT: .*is empty/],
    ['model.pt', 'x', 2, /\.onnx/],
  ])('refuses %s', async (file, content, exitCode, message) => {
    using host = new TemporaryHost();
    if (content !== undefined) host.write(file, content);
    const { code, stderr } = await host.run(['import', file]);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(message);
  });
});
