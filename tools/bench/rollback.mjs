// How fast the version before answers again after a rollback, and whether shares of the traffic follow their weights.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCare } from '@care/model-manager';
import { median, rounded } from './overhead/statistics.mjs';
import { MODEL_ID, stateTraffic, writeVersion } from './rollback/two-versions.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const OLD = '1.0.0';
const NEW = '1.1.0';
const FRAME = { data: new Uint8Array(64 * 64 * 3).fill(100), width: 64, height: 64, format: 'rgb' };

/**
 * One detector in two versions, deployed from a models directory, asked in this process.
 *
 * @param {{ rollbacks?: number, requests?: number, clients?: number, isolation?: 'thread' | 'process' }} options
 * `clients`: requests under way at a time
 * @returns figures: `rollback_ms_median`, `rollback_ms_max`: from the call of `rollback` to the first answer, by the old version, over all
 * rollbacks, while clients go on asking; `split_share`: share of the requests without a key that 10 % of the weight got, `split_low` and
 * `split_high` the 99.9 % interval of the binomial distribution; `sticky_share`: the same of requests with a key each; `keys_moved`: share
 * of the keys that another version answers after 90/10 has become 80/20; `failed` requests
 */
async function run({ rollbacks = 50, requests = 10_000, clients = 16, isolation = 'process' } = {}) {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'care-bench-rollback-')));
  await writeVersion(dir, OLD, 8);
  await writeVersion(dir, NEW, 16);
  await stateTraffic(dir, { [OLD]: 1 });
  const care = await createCare({
    root: join(ROOT, 'packages', 'cli'),
    plugins: { 'local-onnx': { dir } },
    load: { isolation, threads: 1, queueLimit: requests },
  });
  try {
    const deployment = await care.deploy(`local-onnx:${MODEL_ID}`, { watch: false });
    const times = await measureRollbacks(deployment, rollbacks, clients);
    await deployment.deploy({ traffic: { [OLD]: 90, [NEW]: 10 } });
    const ask = (key) => deployment.predict(FRAME, key === undefined ? {} : { key }).then(versionOf);
    const keys = Array.from({ length: requests }, (_, index) => `camera-${index}`);
    const random = await askAll(
      keys.map(() => undefined),
      clients,
      ask,
    );
    const sticky = await askAll(keys, clients, ask);
    await deployment.deploy({ traffic: { [OLD]: 80, [NEW]: 20 } });
    const moved = await askAll(keys, clients, ask);
    const share = (answers) => answers.filter((version) => version === NEW).length / requests;
    const margin = 3.2905 * Math.sqrt((0.1 * 0.9) / requests);
    const all = [...random, ...sticky, ...moved];
    return {
      rollback_ms_median: rounded(median(times)),
      rollback_ms_max: rounded(Math.max(...times)),
      split_share: share(random),
      split_low: rounded(0.1 - margin),
      split_high: rounded(0.1 + margin),
      sticky_share: share(sticky),
      keys_moved: keys.filter((_, index) => sticky[index] !== moved[index]).length / requests,
      failed: all.filter((version) => version === undefined).length,
      rollbacks,
      requests,
      clients,
      isolation,
    };
  } finally {
    await care.dispose();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Under the load of clients that ask all the time; the new version is deployed again before each rollback. */
async function measureRollbacks(deployment, count, clients) {
  let running = true;
  const client = async () => {
    while (running) await deployment.predict(FRAME);
  };
  const load = Array.from({ length: Math.max(1, Math.floor(clients / 8)) }, client);
  const times = [];
  for (let index = 0; index < count; index++) {
    await deployment.deploy({ traffic: { [NEW]: 1 } });
    const start = performance.now();
    await deployment.rollback('measured');
    const version = versionOf(await deployment.predict(FRAME));
    times.push(performance.now() - start);
    if (version !== OLD) throw new Error(`after the rollback version ${version} answered`);
  }
  running = false;
  await Promise.all(load);
  return times;
}

/** @returns the version that answered each key; undefined where none did */
async function askAll(keys, clients, ask) {
  const answers = Array.from({ length: keys.length });
  let next = 0;
  const client = async () => {
    while (next < keys.length) {
      const index = next++;
      answers[index] = await ask(keys[index]).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answers;
}

function versionOf({ model, predictions: [first] }) {
  const width = Math.round(first.box[2] - first.box[0]);
  if (width !== (model.version === OLD ? 8 : 16))
    throw new Error(`${model.version} gave a width of ${width}`);
  return model.version;
}

export default {
  name: 'rollback',
  description: 'from a rollback to the first answer of the version before; shares of the traffic by weight',
  run,
};
