/** Models of both remote registries through the command: pulled once, then run, listed, locked and reproduced without network. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RemoteHost } from './care-command.fixture.mjs';
import { DEMO_MODELS, remoteModels, ROBOFLOW_IDS } from './demo-models.fixture.mjs';
import { API_KEY, ROBOFLOW_TASKS, roboflowPackage } from './protocol-servers.fixture.mjs';

let remote;
beforeAll(async () => {
  remote = await remoteModels();
});
afterAll(() => remote?.close());

function newHost(env = {}) {
  const host = new RemoteHost({ ...remote.env, ROBOFLOW_API_KEY: API_KEY, ...env });
  onTestFinished(() => host.dispose());
  return host;
}

const parsed = ({ lines }) => lines.map((line) => JSON.parse(line));
const requests = () =>
  remote.roboflow.requests.length + remote.roboflow.content.requests.length + remote.hub.requests.length;

const CASES = DEMO_MODELS.flatMap((model) => [
  { ...model, registry: 'roboflow', reference: ROBOFLOW_IDS[model.id] },
  { ...model, registry: 'huggingface', reference: `huggingface:rooms/${model.id}` },
]);

describe.each(CASES)(
  '$manifest.task_type of $registry',
  ({ manifest, weights, sha256, picture, registry, reference }) => {
    it('is pulled, and runs without network as the same file does from a folder', async () => {
      const host = newHost();
      host.write(
        'models/local/here.json',
        JSON.stringify({ ...manifest, model_id: 'here', model_path: 'here.onnx' }),
      );
      host.write('models/local/here.onnx', weights);
      const pulled = await host.run(['pull', reference, '--json']);
      expect({ code: pulled.code, stderr: pulled.stderr }).toMatchObject({ code: 0 });
      expect(parsed(pulled)).toEqual([
        expect.objectContaining({
          reference,
          downloaded: true,
          model: expect.objectContaining({ registry }),
          variants: [
            expect.objectContaining({
              precision: 'fp32',
              files: [expect.objectContaining({ sha256, size: weights.length })],
            }),
          ],
        }),
      ]);
      expect(readFileSync(parsed(pulled)[0].variants[0].files[0].path).equals(weights)).toBe(true);

      const before = requests();
      const [offline, local] = [
        await host.run(['predict', picture, '--model', reference, '--offline', '--json', '--quiet']),
        await host.run(['predict', picture, '--model', 'local-onnx:here', '--json', '--quiet']),
      ];
      expect(requests(), 'nothing was asked').toBe(before);
      expect(offline.code, offline.stderr).toBe(0);
      const [answer] = parsed(offline);
      expect(answer.model.registry).toBe(registry);
      expect(answer.model.stale).toMatchObject({ reason: 'the host is offline' });
      expect(answer.predictions.length).toBeGreaterThan(0);
      expect(answer.predictions).toEqual(parsed(local)[0].predictions);
    });
  },
);

describe('care predict', () => {
  it('brings a model by itself, and says when it runs from the cache', async () => {
    const { id, picture } = DEMO_MODELS[0];
    const reference = ROBOFLOW_IDS[id];
    const own = await remoteModels();
    onTestFinished(() => own.close());
    const host = newHost(own.env);
    const first = await host.run(['predict', picture, '--model', reference]);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/rooms\/1 weights\.onnx: downloaded [\d.]+ MiB in /);
    expect(first.stdout).toContain('model: roboflow:rooms/1');
    expect(first.stderr).not.toContain('from the cache');

    await own.close();
    const second = await host.run(['predict', picture, '--model', reference]);
    expect(second.code, second.stderr).toBe(0);
    const warnings = second.stderr.split('\n').filter((line) => line.includes('from the cache'));
    expect(warnings).toEqual([
      expect.stringMatching(
        /^warning: model rooms\/1 runs from the cache, as registry roboflow described it at \d{4}-\S+: .*ECONNREFUSED/,
      ),
    ]);
    const shown = await host.run(['show', reference, '--offline']);
    expect(shown.stdout).toMatch(/^from the cache +as described at \d{4}-.*: the host is offline$/m);
    const json = await host.run(['show', reference, '--offline', '--json']);
    expect(parsed(json)[0].package.stale.reason).toBe('the host is offline');
  });

  it('tells the chain when nobody can be asked, and that a key is wanted', async () => {
    const host = newHost({ ROBOFLOW_API_KEY: '' });
    const { picture } = DEMO_MODELS[0];
    const refused = await host.run(['predict', picture, '--model', 'rooms/1']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /error UNAUTHORIZED: .*"local-onnx" does not have it.*"roboflow" failed with UNAUTHORIZED.*not asked: "huggingface"/,
    );
    expect(refused.stderr).toContain('Set ROBOFLOW_API_KEY');
    const offline = await host.run(['predict', picture, '--model', 'rooms/1', '--offline']);
    expect(offline.stderr).toMatch(
      /error OFFLINE: .*"local-onnx" does not have it.*"roboflow" failed with OFFLINE/,
    );
    expect(offline.stderr).toContain('care pull');
  });
});

describe('care pull', () => {
  it('brings several side by side, tells of the one that failed, and nothing twice', async () => {
    const host = newHost();
    const references = ['rooms/1', 'huggingface:rooms/room-pose', 'absent/1'];
    const { code, lines } = await host.run(['pull', ...references, '--all-variants', '--json', '--quiet']);
    expect(code).toBe(1);
    const [detector, pose, absent] = lines.map((line) => JSON.parse(line));
    expect(detector.variants.map(({ precision }) => precision)).toEqual(['fp32', 'int8']);
    expect(pose.variants.map(({ id }) => id)).toEqual(['onnx-fp32', 'onnx-int8']);
    expect(absent).toMatchObject({ reference: 'absent/1', error: { code: 'MODEL_NOT_FOUND' } });
    const files = remote.roboflow.content.requests.length;
    const again = await host.run(['pull', 'rooms/1', '--all-variants', '--json']);
    expect(JSON.parse(again.lines[0])).toMatchObject({ downloaded: false });
    expect(again.stderr).not.toContain('downloaded');
    expect(
      remote.roboflow.content.requests.slice(files).filter(({ url }) => url.includes('weights')),
      'no weights',
    ).toEqual([]);
    const wrong = await host.run(['pull', 'rooms/1', '--variant', 'onnx-fp64']);
    expect(wrong.stderr).toMatch(/OPTIONS_INVALID: .*no variant "onnx-fp64".\n.*onnx-fp32/);
  });

  it('ends with 130 on Ctrl-C, and the next goes on from there', async () => {
    const host = newHost();
    const weights = 'rooms/1 room-detector-full weights.onnx';
    remote.roboflow.content.fail(weights, { kind: 'stalls' });
    const started = remote.roboflow.content.requests.length;
    const stopped = await host.run(['pull', 'rooms/1'], {
      onStart: (child) => {
        const look = () => {
          const asked = remote.roboflow.content.requests.slice(started);
          const begun = asked.some(({ url }) => url.includes('full%20weights.onnx'));
          setTimeout(begun ? () => child.kill('SIGINT') : look, begun ? 500 : 20);
        };
        look();
      },
    });
    expect({ code: stopped.code, stderr: stopped.stderr }).toEqual({
      code: 130,
      stderr: expect.stringContaining('Interrupted after 0 of 1 model: what was received is kept'),
    });
    const before = remote.roboflow.content.requests.length;
    const next = await host.run(['pull', 'rooms/1', '--json', '--quiet']);
    expect(next.code, next.stderr).toBe(0);
    const asked = remote.roboflow.content.requests
      .slice(before)
      .filter(({ url }) => url.includes('full%20weights.onnx'));
    expect(asked.map(({ headers }) => headers.range)).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(JSON.parse(next.lines[0]).variants[0].files[0].sha256).toBe(DEMO_MODELS[0].sha256);
  });
});

describe('care lock and care pull --frozen', () => {
  it('writes what each reference is, and brings exactly that elsewhere', async () => {
    const host = newHost();
    const locked = await host.run(['lock', 'rooms/1', 'huggingface:rooms/room-pose']);
    expect(locked.code, locked.stderr).toBe(0);
    const lock = JSON.parse(host.read('care.lock.json'));
    expect(lock.models['rooms/1']).toEqual({
      ...{ registry: 'roboflow', model_id: 'rooms/1' },
      variants: [
        {
          ...{ id: 'onnx-fp32-batch1', format: 'onnx', precision: 'fp32' },
          files: [
            {
              name: 'weights.onnx',
              role: 'model',
              size: DEMO_MODELS[0].weights.length,
              sha256: DEMO_MODELS[0].sha256,
            },
          ],
        },
      ],
    });
    expect(lock.models['huggingface:rooms/room-pose'].version).toMatch(/^[0-9a-f]{40}$/);
    const text = host.read('care.lock.json');
    expect((await host.run(['lock', '--quiet'])).code).toBe(0);
    expect(host.read('care.lock.json'), 'nothing changed, not a byte').toBe(text);

    const elsewhere = newHost();
    elsewhere.write('care.lock.json', text);
    const pulled = await elsewhere.run(['pull', '--frozen', '--json']);
    expect(pulled.code, pulled.stderr).toBe(0);
    expect(
      parsed(pulled)
        .map(({ reference }) => reference)
        .toSorted(),
    ).toEqual(Object.keys(lock.models).toSorted());
    const { code } = await elsewhere.run(['pull', '--frozen', '--offline', '--quiet']);
    expect(code, 'also from the cache alone').toBe(0);
  });

  it('keeps a branch that has moved at the commit of the lock file', async () => {
    const host = newHost();
    const files = (name) => ({
      'care.json': { ...DEMO_MODELS[0].manifest, model_path: 'model.onnx', metadata: { name } },
      'model.onnx': DEMO_MODELS[0].weights,
    });
    const first = await remote.hub.publish('rooms/moving', files('first'));
    expect((await host.run(['lock', 'huggingface:rooms/moving', '--quiet'])).code).toBe(0);
    await remote.hub.publish('rooms/moving', files('second'));
    const elsewhere = newHost();
    elsewhere.write('care.lock.json', host.read('care.lock.json'));
    const pulled = await elsewhere.run(['pull', '--frozen', '--json']);
    expect(parsed(pulled)[0].model.version).toBe(first.sha);
  });

  it('fails with every difference and fetches no model', async () => {
    const host = newHost();
    await host.run(['lock', 'huggingface:rooms/room-pose', 'huggingface:rooms/room-detector', '--quiet']);
    const lock = JSON.parse(host.read('care.lock.json'));
    const pose = lock.models['huggingface:rooms/room-pose'];
    pose.variants[0].files[0].sha256 = '0'.repeat(64);
    pose.variants[0].files[0].size += 1;
    pose.variants.push({ ...structuredClone(pose.variants[0]), id: 'onnx-fp64' });
    lock.models['huggingface:rooms/room-detector'].version = '1'.repeat(40);
    lock.models['mlflow:m'] = { ...pose, registry: 'mlflow', model_id: 'm', version: undefined };
    const elsewhere = newHost();
    elsewhere.write('other.json', JSON.stringify(lock));
    const before = remote.hub.requests.length;
    const { code, stdout, stderr } = await elsewhere.run([
      'pull',
      '--frozen',
      '--lock',
      'other.json',
      '--json',
      '--quiet',
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const { error } = JSON.parse(stderr.trim().split('\n').at(-1));
    expect(error.code).toBe('LOCK_MISMATCH');
    expect(error.details.differences.map((line) => line.replace(/[0-9a-f]{40,}/g, 'HASH'))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/room-pose: variant onnx-fp32: file .*: sha256 is HASH, locked is HASH$/),
        expect.stringMatching(/room-pose: variant onnx-fp32: file .*: size is \d+, locked is \d+$/),
        'huggingface:rooms/room-pose: variant onnx-fp64 is no longer offered',
        expect.stringMatching(/^huggingface:rooms\/room-detector: .* is not there: /),
        expect.stringMatching(/^mlflow:m: .* is not there: There is no registry "mlflow"/),
      ]),
    );
    expect(error.details.differences).toHaveLength(5);
    expect(remote.hub.requests.slice(before).filter(({ host: of }) => of === 'cdn')).toEqual([]);
  });
});

describe('a lock file of a registry that states no sha256', () => {
  it('is not met by other bytes under the same name', async () => {
    const own = await remoteModels();
    onTestFinished(() => own.close());
    const host = newHost(own.env);
    expect((await host.run(['lock', 'poses/2', '--quiet'])).code).toBe(0);
    const [, { manifest, id, smallWeights }] = DEMO_MODELS;
    own.roboflow.serve('poses/2', {
      private: true,
      packaged: {
        ...ROBOFLOW_TASKS[manifest.task_type],
        packages: [roboflowPackage(`${id}-full`, manifest, smallWeights)],
      },
    });
    const elsewhere = newHost(own.env);
    elsewhere.write('care.lock.json', host.read('care.lock.json'));
    const { code, lines } = await elsewhere.run(['pull', '--frozen', '--json', '--quiet']);
    expect({ code, error: JSON.parse(lines[0]).error }).toMatchObject({
      code: 1,
      error: { code: 'LOCK_MISMATCH' },
    });
    expect(lines[0]).toMatch(/file weights\.onnx: sha256 is [0-9a-f]{64}, locked is [0-9a-f]{64}/);
    // Also for who has the locked bytes: the registry says that the model is another one now.
    expect((await host.run(['pull', '--frozen', '--quiet'])).code).toBe(1);
  });
});

describe('care serve', () => {
  it('serves a model of a registry, also when that is gone', async () => {
    const own = await remoteModels();
    onTestFinished(() => own.close());
    const host = newHost(own.env);
    const served = async () => {
      let answer;
      const { code, stderr } = await host.run(['serve', '--models', 'rooms/1', '--port', '0'], {
        onStart: (child) => {
          child.stdout.once('data', async (url) => {
            answer = await predictedBy(url.trim(), DEMO_MODELS[0].picture).catch(String);
            child.kill('SIGTERM');
          });
        },
      });
      expect(code, stderr).toBe(0);
      return { answer, warned: stderr.split('\n').filter((line) => line.includes('runs from the cache')) };
    };
    const first = await served();
    expect(first.answer.predictions?.length).toBeGreaterThan(0);
    expect(first.warned).toEqual([]);
    await own.close();
    const second = await served();
    expect(second.answer.predictions).toEqual(first.answer.predictions);
    expect(second.answer.model.stale.reason).toContain('ECONNREFUSED');
    expect(second.warned).toHaveLength(1);
  });
});

/** Asks until the model is loaded. */
async function predictedBy(url, file) {
  for (;;) {
    const response = await fetch(`${url}/v1/models/${encodeURIComponent('rooms/1')}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: readFileSync(file),
    });
    if (response.status === 200) return await response.json();
    if (response.status !== 503) throw new Error(`${response.status} ${await response.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('care cache', () => {
  it('lists, verifies and prunes what was pulled', async () => {
    const host = newHost();
    await host.run(['pull', 'rooms/1', 'poses/2', '--quiet']);
    const list = parsed(await host.run(['cache', 'list', '--json']))[0];
    expect(list.directory).toBe(host.path('cache'));
    expect((await host.run(['cache', 'dir'])).stdout).toBe(`${host.path('cache')}\n`);
    expect(list.elsewhere).toEqual([
      expect.objectContaining({ registry: 'huggingface', directory: host.path('hf/hub') }),
    ]);
    const detector = list.files.find(({ sha256 }) => sha256 === DEMO_MODELS[0].sha256);
    expect(detector).toMatchObject({ size: DEMO_MODELS[0].weights.length, in_use: false });
    expect(JSON.stringify(detector.belongs_to)).toContain('rooms/1');
    expect(list.bytes).toBe(list.files.reduce((sum, { size }) => sum + size, 0));
    const text = await host.run(['cache', 'list']);
    expect(text.stdout).toMatch(/rooms\/1/);
    expect((await host.run(['cache', 'verify'])).stdout).toMatch(/all are intact/);

    host.write(detector.path.slice(host.dir.length + 1), 'spoilt');
    const verified = await host.run(['cache', 'verify', '--json']);
    expect({ code: verified.code, report: parsed(verified)[0] }).toMatchObject({
      code: 1,
      report: { removed: 1, corrupt: [{ sha256: detector.sha256 }] },
    });
    const healed = await host.run(['pull', 'rooms/1', '--json', '--quiet']);
    expect(parsed(healed)[0]).toMatchObject({ downloaded: true });

    const pruned = parsed(await host.run(['cache', 'prune', '--max-bytes', '2MB', '--json']))[0];
    expect(pruned.removed.length).toBeGreaterThan(0);
    const left = parsed(await host.run(['cache', 'list', '--json']))[0];
    expect(left.bytes).toBeLessThanOrEqual(2 * 1024 ** 2);
    expect(list.bytes - left.bytes).toBeGreaterThan(0);
    await host.run(['cache', 'prune'], { env: { CARE_CACHE_MAX_BYTES: '1' } });
    expect(parsed(await host.run(['cache', 'list', '--json']))[0].files).toEqual([]);
  });
});
