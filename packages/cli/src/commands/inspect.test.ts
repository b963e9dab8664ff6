import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWithModel, TemporaryHost } from '../care-bin.fixture.js';

/** The words between columns. */
const cells = (text: string): string[] => text.trim().split(/ {2,}/);

const anyVersion: unknown = expect.stringMatching(/^\d+\.\d+\.\d+$/);

let host: TemporaryHost;
beforeAll(() => {
  host = hostWithModel();
});
afterAll(() => host[Symbol.dispose]());

describe('care without a command', () => {
  it('prints help, and the version on demand', async () => {
    const bare = await host.run([]);
    expect(bare).toMatchObject({ code: 0, stderr: '' });
    const help = await host.run(['--help']);
    expect(bare.stdout).toBe(help.stdout);
    expect(help.stdout).toContain('care predict photo.jpg --model');
    expect((await host.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(['predict', 'models', 'show', 'import', 'validate', 'plugins', 'doctor'])(
    'explains %s with examples',
    async (command) => {
      const { code, stdout } = await host.run([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Examples:\n  care ${command}`);
    },
  );

  it('exits with 2 for an unknown option, naming the nearest', async () => {
    const { code, stderr } = await host.run(['models', '--jsno']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error OPTIONS_INVALID: Unknown option '--jsno'\n {2}remedy: Did you mean --json\?/,
    );
  });
});

describe('care models', () => {
  it('lists what the registries offer', async () => {
    const { code, lines } = await host.run(['models']);
    expect(code).toBe(0);
    expect(lines.map(cells)).toContainEqual([
      'fake@1.2.0',
      'local-onnx',
      'object-detection',
      expect.stringMatching(/fake\.json$/),
    ]);
    const json = await host.run(['models', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      models: expect.arrayContaining([
        expect.objectContaining({ modelId: 'fake', registry: 'local-onnx' }),
      ]) as unknown,
      failures: [
        { registry: 'roboflow', outcome: 'skipped', error: { code: 'UNSUPPORTED' } },
        { registry: 'huggingface', outcome: 'skipped', error: { code: 'UNSUPPORTED' } },
      ],
    });
  });

  it('looks where --models-dir and LOCAL_MODELS_DIR say, from where the user is', async () => {
    const { stdout } = await host.run(['models', '--models-dir', 'nowhere']);
    expect(stdout).not.toContain('fake');
    const byVariable = await host.run(['models'], { env: { LOCAL_MODELS_DIR: 'models' } });
    expect(byVariable.stdout).toContain('fake@1.2.0');
  });

  it('reports a registry that could not list, shows the rest, exits with 1', async () => {
    using broken = new TemporaryHost();
    broken.write('models/local/bad.json', '{ "model_id": 5 }');
    const { code, stderr } = await broken.run(['models']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error MANIFEST_INVALID: registry local-onnx could not list/);
  });
});

describe('care show', () => {
  it('shows task, input, classes, variants and files', async () => {
    const { code, stdout } = await host.run(['show', 'fake']);
    expect(code).toBe(0);
    for (const text of [
      'fake@1.2.0',
      'object-detection',
      '2: person, bed',
      '64 x 64',
      'decoder yolov8',
      'onnx-fp32',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toMatch(/in +images +float32 +1 x 3 x 64 x 64/);
    const json = await host.run(['show', 'fake', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ registry: 'local-onnx', package: { modelId: 'fake' } });
  });

  it('explains what every registry answered', async () => {
    const { code, lines } = await host.run(['show', 'fake', '--explain']);
    expect(code).toBe(0);
    expect(lines.map(cells)).toContainEqual(['local-onnx', 'found', expect.stringMatching(/ms$/)]);
    const missing = await host.run(['show', 'local-onnx:absent', '--explain', '--json']);
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.stdout)).toMatchObject({
      reference: 'local-onnx:absent',
      answers: expect.arrayContaining([
        expect.objectContaining({ registry: 'local-onnx', outcome: 'not-found' }),
      ]) as unknown,
      error: { code: 'MODEL_NOT_FOUND' },
    });
  });
});

describe('care plugins', () => {
  it('lists what was found, in order', async () => {
    const { code, lines } = await host.run(['plugins']);
    expect(code).toBe(0);
    expect(lines.map(cells)).toContainEqual([
      'registries',
      'local-onnx',
      '@care/registry-local-onnx',
      anyVersion,
      '10',
      'loaded',
    ]);
    expect(lines.map(cells)).toContainEqual([
      'backends',
      'ort',
      '@care/backend-ort',
      anyVersion,
      '50',
      'loaded',
    ]);
  });

  it('finds the plugins of the host, and reports broken ones without falling over', async () => {
    using other = new TemporaryHost({
      name: 'host',
      private: true,
      dependencies: { 'care-good': '1.0.0', 'care-throws': '1.0.0', 'care-old': '1.0.0' },
    });
    const install = (name: string, field: object, code: string) => {
      const manifest = { name, version: '1.0.0', type: 'module', 'care-registry': field };
      other.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
      other.write(`node_modules/${name}/index.js`, code);
    };
    const plugin = `export default {
      contract: 1, kind: 'registry', name: 'good', options: { safeParse: (data) => ({ success: true, data }) },
      create: () => ({ contract: 1, name: 'good', list: async () => [{ modelId: 'from-good' }],
        resolve: async () => { throw Object.assign(new Error('no')); } }),
    };`;
    install('care-good', { contract: 1, registries: { good: './index.js' } }, plugin);
    install(
      'care-throws',
      { contract: 1, backends: { throws: './index.js' } },
      `throw new Error('native part is missing');`,
    );
    install('care-old', { contract: 99, registries: { old: './index.js' } }, plugin);
    const { code, lines, stderr } = await other.run(['plugins']);
    expect(code).toBe(1);
    expect(lines.map(cells)).toContainEqual(['registries', 'good', 'care-good', '1.0.0', '50', 'loaded']);
    expect(lines.map(cells)).toContainEqual(['backends', 'throws', 'care-throws', '1.0.0', '50', 'failed']);
    expect(stderr).toMatch(/error PLUGIN_INVALID: care-throws: .*native part is missing/);
    expect(stderr).toMatch(/error PLUGIN_INVALID: care-old: .*99/);
    const json = await other.run(['plugins', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ package: 'care-old', code: 'PLUGIN_INVALID' }),
      ]) as unknown,
    });
    expect((await other.run(['models'])).stdout).toMatch(/from-good +good/);
    const doctor = await other.run(['doctor']);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/Broken:\n.*care-/);
  });
});

describe('care doctor', () => {
  it('tells what works, and never a secret', async () => {
    const env = { ROBOFLOW_API_KEY: 'very-secret-key', LOCAL_MODELS_DIR: 'models/local' };
    const { code, stdout, stderr } = await host.run(['doctor'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Node ${process.versions.node}`);
    expect(stdout).toMatch(/ok ort {2}engine 1\./);
    expect(stdout).toContain('ok cpu');
    expect(stdout).toContain('ROBOFLOW_API_KEY  is set');
    expect(stdout).toContain('LOCAL_MODELS_DIR  models/local');
    expect(stdout).not.toContain('very-secret-key');
    const json = await host.run(['doctor', '--json'], { env });
    expect(json.stdout).not.toContain('very-secret-key');
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      broken: [],
      backends: [{ name: 'ort', available: true }],
      models: { state: 'present', manifests: 1 },
    });
  });
});
