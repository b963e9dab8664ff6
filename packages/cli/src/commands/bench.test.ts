import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWithModel, type Finished, type TemporaryHost } from '../care-bin.fixture.js';

let host: TemporaryHost;
let first: Finished;
const QUICK = ['--threads', '1', '--budget', '1500ms', '--profiles', 'profiles'];

beforeAll(async () => {
  host = hostWithModel();
  await host.picture('photo.jpg');
  host.write('data/images/a.jpg', readFileSync(host.path('photo.jpg')));
  host.write('data/labels/a.txt', '0 0.5 0.5 0.5 0.5\n');
  host.write('data/data.yaml', 'names: [person, bed]\npath: .\nval: images\n');
  first = await host.run([
    'bench',
    'fake',
    ...QUICK,
    '--replicas',
    '1,2',
    '--report',
    'r.html',
    '--markdown',
    'r.md',
    '--write',
  ]);
}, 120_000);
afterAll(() => host[Symbol.dispose]());

describe('care bench', { timeout: 120_000 }, () => {
  it('prints a table, the machine and its noise', () => {
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^candidate +median ms +p90 ms/);
    expect(first.stdout).toContain('fake@1.2.0 onnx-fp32 ort/cpu 1 thread x 2 replicas');
    expect(first.stdout).toMatch(/Noise of the machine|noise of the machine/);
    expect(first.stdout).toContain(`Node ${process.versions.node}`);
  });

  it('writes a report that needs nothing else, and Markdown', () => {
    const report = readFileSync(host.path('r.html'), 'utf8');
    expect(report).toMatch(/^<!doctype html>/);
    expect(report).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|<link|src=/);
    expect(report.match(/<circle class="run"/g)?.length).toBeGreaterThan(20);
    const markdown = readFileSync(host.path('r.md'), 'utf8').split('\n');
    expect(markdown[0]).toMatch(/^\| candidate \| median ms \|/);
    expect(markdown.filter((line) => line.startsWith('| fake@1.2.0'))).toHaveLength(2);
  });

  it('writes into the manifest what was measured, and leaves the rest as it is', async () => {
    const manifest = JSON.parse(readFileSync(host.path('models/local/fake.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(manifest).toMatchObject({
      model_id: 'fake',
      postprocessing: { decoder: 'yolov8' },
      benchmarks: { latency_ms: { cpu: expect.any(Number) as number } },
    });
    expect(await host.run(['validate', 'models/local'])).toMatchObject({ code: 0 });
  });

  it('does not measure again what it knows', async () => {
    const again = await host.run(['bench', 'fake', ...QUICK, '--json']);
    const document = JSON.parse(again.stdout) as { reused: unknown[]; candidates: { name: string }[] };
    expect(document.reused).toHaveLength(1);
    expect(document.candidates[0]?.name).toBe('fake@1.2.0 onnx-fp32 ort/cpu 1 thread');
  });

  it('measures the accuracy on labels', async () => {
    const args = [
      'bench',
      'fake',
      '--threads',
      '2',
      '--budget',
      '300ms',
      '--profiles',
      'profiles',
      '--data',
      'data',
      '--json',
      '--no-levels',
    ];
    const { stdout, stderr } = await host.run(args);
    expect(stderr).not.toContain('error');
    const { candidates } = JSON.parse(stdout) as { candidates: { accuracy: object[] }[] };
    expect(candidates[0]?.accuracy[0]).toMatchObject({ kind: 'measured', metric: 'mAP50_95', images: 1 });
  });

  it('keeps what was measured when it is interrupted', async () => {
    const interrupted = await host.run(
      [
        'bench',
        'fake',
        '--threads',
        '3',
        '--budget',
        '10min',
        '--precision',
        '0.000001',
        '--profiles',
        'profiles',
      ],
      {
        interruptOnStderr: (stderr) =>
          /measuring [1-9]/.test(stderr) || stderr.split('measuring').length > 2 ? 'SIGINT' : undefined,
      },
    );
    expect(interrupted.code).toBe(130);
    expect(interrupted.stdout).toContain('interrupted');
    const { stdout } = await host.run(['profiles', 'list', '--profiles', 'profiles']);
    expect(stdout).toContain('3 threads');
  });

  it('refuses what makes no sense', async () => {
    expect(await host.run(['bench', 'fake', '--threads', '0'])).toMatchObject({ code: 2 });
    expect(await host.run(['bench', 'fake', '--budget', 'soon'])).toMatchObject({ code: 2 });
    expect(await host.run(['bench', 'nothing', ...QUICK])).toMatchObject({ code: 1 });
  });
});

describe('care select', { timeout: 120_000 }, () => {
  const select = (...args: string[]) => host.run(['select', ...args, '--profiles', 'profiles']);

  it('chooses by what was measured, and says how to load it', async () => {
    const { code, stdout } = await select('fake', '--objective', 'fastest', '--percentile', '50');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^chosen +fake@1\.2\.0/m);
    expect(stdout).toContain('"require":{"variant":"onnx-fp32","backend":"ort","device":"cpu"}');
    const { stdout: json } = await select(
      '--task',
      'object-detection',
      '--objective',
      'smallest',
      '--percentile',
      '50',
      '--json',
    );
    expect(JSON.parse(json)).toMatchObject({
      chosen: { reference: 'fake@1.2.0', load: { isolation: 'process' } },
    });
  });

  it('names the nearest candidate and the binding constraint when nothing fits', async () => {
    const args = ['fake', '--objective', 'fastest', '--percentile', '50', '--max-load-ms', '0.5', '--json'];
    const { code, stderr, stdout } = await select(...args);
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('CONSTRAINTS_UNMET');
    expect(`${stdout}${stderr}`).toMatch(/nearest is fake@1\.2\.0.*load time/);
  });

  it('says when nothing was measured, and when nothing is named', async () => {
    expect(await host.run(['select', 'fake', '--profiles', 'empty'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT_MEASURED') as string,
    });
    expect(await select()).toMatchObject({ code: 2 });
    expect(await select('fake', '--objective', 'nicest')).toMatchObject({ code: 2 });
  });
});

describe('care profiles', { timeout: 120_000 }, () => {
  it('exports and imports', async () => {
    const exported = await host.run(['profiles', 'export', 'fleet.json', '--profiles', 'profiles']);
    expect(exported.stdout).toMatch(/^\d+ profiles written to fleet\.json/);
    const imported = await host.run(['profiles', 'import', 'fleet.json', '--profiles', 'other']);
    expect(imported.stdout).toMatch(/^\d+ profiles taken from fleet\.json\n/);
    expect((await host.run(['profiles', 'import', 'fleet.json', '--profiles', 'other'])).stdout).toMatch(
      /^0 profiles taken.*not newer/,
    );
    expect(
      await host.run([
        'select',
        'fake',
        '--objective',
        'smallest',
        '--percentile',
        '50',
        '--profiles',
        'other',
      ]),
    ).toMatchObject({ code: 0 });
    expect(await host.run(['profiles', 'import', 'photo.jpg', '--profiles', 'other'])).toMatchObject({
      code: 1,
    });
    expect(await host.run(['profiles', 'sort'])).toMatchObject({ code: 2 });
  });
});
