import { execFile, spawnSync } from 'node:child_process';
import { lstat, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HubHost, fetched, resolve } from '../testing/hub-host.fixture.js';
import { classifier, classifierFiles } from '../testing/hub-models.fixture.js';

const run = promisify(execFile);
/** A Python that has huggingface_hub (PyPI): the one that HF_HUB_PYTHON names, or `python3`. */
const PYTHON = [process.env.HF_HUB_PYTHON, 'python3'].find(
  (program) =>
    program !== undefined &&
    spawnSync(program, ['-c', 'import huggingface_hub'], { stdio: 'ignore' }).status === 0,
);
const NOTE =
  PYTHON === undefined ? ' (skipped: no Python with huggingface_hub; HF_HUB_PYTHON names one)' : '';

async function python(
  host: HubHost,
  code: string,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const variables = { PATH: process.env.PATH ?? '', ...host.env, HF_HUB_DISABLE_PROGRESS_BARS: '1', ...env };
  const { stdout } = await run(PYTHON ?? '', ['-c', `import json\nfrom huggingface_hub import *\n${code}`], {
    env: variables,
  });
  return JSON.parse(stdout) as unknown;
}

/** Text of a file, or where a link leads, by path below the folder. */
async function layoutOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  const described = await Promise.all(
    files.map(async (path): Promise<[string, string]> => {
      const name = path.slice(folder.length + 1);
      if ((await lstat(path)).isSymbolicLink()) return [name, `-> ${await readlink(path)}`];
      return [name, name.startsWith('refs/') ? await readFile(path, 'utf8') : 'file'];
    }),
  );
  return Object.fromEntries(described.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe.skipIf(PYTHON === undefined)(`the cache of huggingface_hub${NOTE}`, () => {
  it('finds in Python, without network, what CARE brought', async () => {
    const host = await HubHost.start();
    const { sha } = await host.server.publish('care/postures', classifierFiles());
    const model = await fetched(host.registry(), 'care/postures', 'onnx-fp16');
    const asked = host.server.requests.length;
    const found = await python(
      host,
      `folder = snapshot_download('care/postures', local_files_only=True)
print(json.dumps([folder,
  hf_hub_download('care/postures', 'onnx/model_fp16.onnx', local_files_only=True),
  hf_hub_download('care/postures', 'config.json', local_files_only=True),
  len(scan_cache_dir().warnings), [r.repo_id for r in scan_cache_dir().repos],
  sorted(next(iter(next(iter(scan_cache_dir().repos)).revisions)).refs)]))`,
      { HF_HUB_OFFLINE: '1' },
    );
    const snapshot = join(host.hubCache, 'models--care--postures', 'snapshots', sha);
    const path = model.variants.find(({ id }) => id === 'onnx-fp16')?.artifacts[0]?.path;
    expect(found).toEqual([snapshot, path, join(snapshot, 'config.json'), 0, ['care/postures'], ['main']]);
    expect(host.server.requests).toHaveLength(asked);
  });

  it('has the very layout that Python makes of the same repository', async () => {
    const [ours, theirs] = [await HubHost.start(), await HubHost.start()];
    const files = { ...classifierFiles(), 'weights/model.onnx': classifier() };
    await ours.server.publish('care/postures', files);
    await theirs.server.publish('care/postures', files);
    await fetched(ours.registry(), 'care/postures', 'onnx-fp32');
    await python(
      theirs,
      `for name in ['config.json', 'preprocessor_config.json', 'onnx/model.onnx']: hf_hub_download('care/postures', name)
print('null')`,
    );
    const folder = 'models--care--postures';
    expect(await layoutOf(join(ours.hubCache, folder))).toEqual(
      await layoutOf(join(theirs.hubCache, folder)),
    );
  });

  it.each(['on', 'off'])('is read without network when Python filled it, links %s', async (links) => {
    const host = await HubHost.start();
    const { sha } = await host.server.publish('care/postures', classifierFiles(), { tags: ['v1'] });
    await python(
      host,
      `print(json.dumps(snapshot_download('care/postures', revision='v1', ignore_patterns=['*quantized*'])))`,
      links === 'on' ? {} : { HF_HUB_DISABLE_SYMLINKS: '1' },
    );
    const asked = host.server.requests.length;
    const registry = host.registry({ env: { HF_HUB_OFFLINE: '1' } });
    const model = await fetched(registry, 'care/postures@v1');
    expect(model).toMatchObject({
      version: sha,
      task: 'classification',
      stale: { reason: 'the host is offline' },
      variants: [
        { id: 'onnx-fp32', artifacts: [{ path: expect.stringContaining(sha) as string }] },
        { id: 'onnx-fp16' },
      ],
    });
    await expect(resolve(registry, 'care/postures')).rejects.toMatchObject({ code: 'OFFLINE' });
    await expect(resolve(registry, `care/postures@${sha}`)).resolves.not.toHaveProperty('stale');
    expect(host.server.requests).toHaveLength(asked);
  });

  it('is not downloaded again when Python filled it and there is a network', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    await python(host, `print(json.dumps(snapshot_download('care/postures')))`);
    const before = host.server.requests.length;
    await fetched(host.registry(), 'care/postures');
    const asked = host.server.requests.slice(before).map(({ url }) => url.split('?')[0]);
    expect(asked.filter((url) => url?.includes('/resolve/'))).toEqual([]);
  });
});

it('lies in snapshots as files where links cannot be made', async () => {
  const host = await HubHost.start();
  const { sha } = await host.server.publish('care/postures', classifierFiles());
  const env = { HF_HUB_DISABLE_SYMLINKS: '1' };
  await fetched(host.registry({ env }), 'care/postures');
  const found = await layoutOf(join(host.hubCache, 'models--care--postures'));
  expect(found).toEqual({
    'refs/main': sha,
    [`snapshots/${sha}/config.json`]: 'file',
    [`snapshots/${sha}/onnx/model.onnx`]: 'file',
    [`snapshots/${sha}/preprocessor_config.json`]: 'file',
  });
  const asked = host.server.requests.filter(({ host: at }) => at === 'cdn').length;
  await fetched(host.registry({ env }), 'care/postures');
  expect(host.server.requests.filter(({ host: at }) => at === 'cdn')).toHaveLength(asked);
});

it('replaces a blob that is damaged', async () => {
  const host = await HubHost.start();
  await host.server.publish('care/postures', classifierFiles());
  const model = await fetched(host.registry(), 'care/postures');
  const path = model.variants[0]?.artifacts[0]?.path ?? '';
  await writeFile(path, Buffer.alloc(classifier().length));
  const mended = await fetched(host.registry(), 'care/postures');
  expect(new Uint8Array(await readFile(mended.variants[0]?.artifacts[0]?.path ?? ''))).toEqual(
    new Uint8Array(classifier()),
  );
  expect(basename(await readlink(path))).toMatch(/^[0-9a-f]{64}$/);
});
