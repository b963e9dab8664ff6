// Whether a model can be replaced a hundred times under load without anybody noticing.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rounded } from './overhead/statistics.mjs';
import { stateVersion, widthOf, writeWeights } from './reload/swapped-models.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const PICTURE = join(ROOT, 'packages', 'registry-demo', 'pictures', 'room-2000013.jpg');
const WARM_SWAPS = 5;

/**
 * A server in a process of its own serves a model from a models directory; clients in another ask it over HTTP for pictures. After a
 * quiet phase the manifest is replaced again and again, each time by a version with other weights.
 *
 * @param {{ swaps?: number, seconds?: number, clients?: number, pace?: number, isolation?: 'thread' | 'process', replicas?: number }} options
 * `seconds`: least time of the phase with swaps; `pace`: milliseconds between the requests of one client
 * @returns figures: `failed` requests that were not answered with 200; `wrong_version` answers by a version that was not live while
 * the request was under way, or whose box is not that of the version's weights; `p99_ratio` p99 latency with swaps over p99
 * without; `rss_ratio` memory of server and workers after over before; `loop_p99_ms` of the server's event loop with swaps
 */
async function run({
  swaps = 100,
  seconds = 60,
  clients = 16,
  pace = 200,
  isolation = 'process',
  replicas = 1,
} = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'care-bench-reload-'));
  let version = 0;
  await writeWeights(directory);
  await stateVersion(directory, version);
  const host = await start(
    'host.mjs',
    [JSON.stringify({ root: ROOT, directory, isolation, replicas })],
    ['--expose-gc'],
  );
  const load = await start('clients.mjs', [
    JSON.stringify({ url: host.ready.url, clients, paceMs: pace }),
    (await readFile(PICTURE)).toString('base64'),
  ]);
  const swap = async () => {
    const done = host.next('switched');
    await stateVersion(directory, ++version);
    await done;
  };
  try {
    for (let index = 0; index < WARM_SWAPS; index++) await swap();
    await sleep(2000);
    await load.ask('records');
    const before = await host.ask('memory');
    await sleep(Math.max(10, seconds / 2) * 1000);
    const quiet = await load.ask('records');
    await host.ask('loop-begin');
    const started = performance.now();
    let swapped = 0;
    while (swapped < swaps || performance.now() - started < seconds * 1000) {
      if (swapped < swaps) {
        await swap();
        swapped++;
      } else await sleep(200);
    }
    const busySeconds = (performance.now() - started) / 1000;
    const busy = await load.ask('records');
    const loop = await host.ask('loop-end');
    const switches = await host.ask('switches');
    await sleep(3000);
    const after = await host.ask('memory');
    const failed = busy.filter(({ failure }) => failure !== undefined);
    for (const { failure } of failed.slice(0, 3)) console.error(`failed: ${failure}`);
    return {
      requests: busy.length,
      failed: failed.length,
      wrong_version: busy.filter((record) => isWrong(record, switches)).length,
      swaps: swapped,
      seconds: rounded(busySeconds),
      versions_seen: new Set(busy.map((record) => record.version)).size,
      p50_quiet_ms: rounded(percentile(quiet, 0.5)),
      p50_swapping_ms: rounded(percentile(busy, 0.5)),
      p99_quiet_ms: rounded(percentile(quiet, 0.99)),
      p99_swapping_ms: rounded(percentile(busy, 0.99)),
      p99_ratio: rounded(percentile(busy, 0.99) / percentile(quiet, 0.99)),
      rss_before_mb: rounded(before.rss / 1024 ** 2),
      rss_ratio: rounded(after.rss / before.rss),
      loop_p99_ms: rounded(loop.p99),
      loop_max_ms: rounded(loop.max),
      requests_per_second: rounded(busy.length / busySeconds),
      clients,
      isolation,
    };
  } finally {
    load.end('end');
    await host.ask('end');
    await rm(directory, { recursive: true, force: true });
  }
}

/** A child that says when it is ready, answers questions and tells events. */
async function start(script, args, execArgv = []) {
  const child = fork(join(import.meta.dirname, 'reload', script), args, {
    execArgv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.on('exit', (code) => {
    if (code !== 0) throw new Error(`${script} ended with ${code}`);
  });
  const next = async (kind, question) => {
    for (;;) {
      const [message] = await once(child, 'message');
      if (message.kind === kind && message.question === question) return message;
    }
  };
  return {
    ready: await next('ready'),
    next,
    ask: async (question) => {
      const answered = next('answer', question);
      child.send(question);
      return (await answered).answer;
    },
    end: (word) => child.send(word),
  };
}

/** Whether the version that an answer names was not live at any moment of the request, or its weights were not those of it. */
function isWrong({ from, to, version, width, failure }, switches) {
  if (failure !== undefined) return false;
  const index = switches.findIndex(({ traffic }) => Object.hasOwn(traffic, version));
  const since = switches[index]?.at ?? Infinity;
  const until = switches[index + 1]?.at ?? Infinity;
  return since > to || until < from || width !== widthOf(version);
}

function percentile(records, share) {
  const sorted = records.filter(({ failure }) => failure === undefined).map(({ from, to }) => to - from);
  sorted.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export default {
  name: 'reload',
  description:
    'a model is replaced 100 times under load over HTTP: failures, wrong versions, latency, memory, event loop',
  run,
};
