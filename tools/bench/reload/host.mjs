// The server under test, in a process of its own: serves the models directory it is told and answers questions about itself.
import { readFileSync, readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createCare } from '@care/model-manager';
import { createModelServer, createServerLogger } from '@care/server';

const { root, directory, isolation, replicas } = JSON.parse(process.argv[2]);
const switches = [];
const care = await createCare({
  root,
  packages: ['@care/backend-ort', '@care/registry-local-onnx'],
  plugins: { 'local-onnx': { dir: directory } },
  disable: ['demo'],
});
const server = await createModelServer({
  care,
  models: ['swapped'],
  logger: createServerLogger('error'),
  deployment: {
    load: { isolation, replicas, threads: 1 },
    observer: {
      event: (event) => {
        if (event.kind === 'switched') {
          switches.push({ at: performance.timeOrigin + performance.now(), traffic: event.record.traffic });
          process.send({ kind: 'switched', count: switches.length });
        }
      },
    },
  },
});
const url = await server.listen({ port: 0 });
await server.started();
const loop = monitorEventLoopDelay({ resolution: 1 });

const questions = {
  'loop-begin': () => {
    loop.reset();
    loop.enable();
  },
  'loop-end': () => {
    loop.disable();
    return { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 };
  },
  memory: () => {
    globalThis.gc?.();
    return { rss: process.memoryUsage.rss() + childrenRss() };
  },
  switches: () => switches,
  end: async () => {
    await server.close();
    await care.dispose();
    setImmediate(() => process.disconnect());
  },
};
process.on('message', async (question) => {
  process.send({ kind: 'answer', question, answer: (await questions[question]()) ?? null });
});
process.send({ kind: 'ready', url });

/** Resident bytes of the worker processes, where the system tells them. */
function childrenRss() {
  if (process.platform !== 'linux') return 0;
  const pages = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(fields[1]) === process.pid ? Number(fields[21]) : 0;
      } catch {
        return 0; // It has ended since the listing.
      }
    });
  return pages.reduce((sum, count) => sum + count, 0) * 4096;
}
