import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { createCare } from '@care/model-manager';
import { startBareSession } from './bare-session.mjs';
import { cameraFrame } from './camera-frame.mjs';
import { oneModelRegistry } from './model-package.mjs';
import { median, rounded } from './statistics.mjs';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/**
 * One task: interleaved rounds of `model.predict(rawFrame)` with and without `transfer`, and of a bare `session.run` of the same
 * model in a worker thread of its own, timed inside that worker, all with the same number of intra-op threads. Before each of them
 * `pauseMs` go by: ONNX Runtime's threads spin for a while after a run and would slow the next one of the other session.
 *
 * @param {{ build, package, times? }} task
 * @param {{ rounds, warmup, threads, isolation, pauseMs, folder }} settings
 */
export async function measureTask({ build, package: described, times = 1 }, settings) {
  const { threads, isolation, pauseMs, folder } = settings;
  const { bytes, gflop, parameters } = build();
  const path = join(folder, `${described.modelId}.onnx`);
  await writeFile(path, bytes);
  const registry = oneModelRegistry({ ...described, path, bytes });
  const bare = await startBareSession(bytes, threads);
  const care = await createCare({ root: ROOT, packages: ['@care/backend-ort'], registries: [registry] });
  const frame = cameraFrame();
  const given = () => ({ ...frame, data: frame.data.slice() });
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const timed = async (predict) => {
    await pause(pauseMs);
    const started = performance.now();
    const { timings, predictions } = await predict();
    return { ...timings, predict: performance.now() - started, objects: predictions.length };
  };
  try {
    await pause(pauseMs);
    loop.enable();
    const loadStarted = performance.now();
    const model = await care.load(`bench:${described.modelId}`, { backend: 'ort', threads, isolation });
    const loadMs = performance.now() - loadStarted;
    const samples = { copied: [], moved: [], run: [] };
    for (let round = -settings.warmup; round < settings.rounds * times; round++) {
      const copied = await timed(() => model.predict(frame));
      await pause(pauseMs);
      const run = await bare.time();
      const gift = given();
      const moved = await timed(() => model.predict(gift, { transfer: true }));
      if (round < 0) continue;
      samples.copied.push(copied);
      samples.run.push(run);
      samples.moved.push(moved);
    }
    loop.disable();
    return {
      ...summary(samples),
      loop_p99_ms: rounded(loop.percentile(99) / 1e6),
      loop_max_ms: rounded(loop.max / 1e6),
      load_ms: rounded(loadMs),
      model: { gflop: rounded(gflop), parameters },
    };
  } finally {
    await care.dispose();
    await bare.end();
  }
}

function summary({ copied, moved, run }) {
  const column = (name, rows = copied) => median(rows.map((row) => row[name]));
  const predictMs = column('predict');
  const runMs = median(run);
  const stages = ['queue', 'decode', 'preprocess', 'inference', 'postprocess'];
  // What no stage accounts for: messages, waking threads.
  const transport = median(
    copied.map((row) => row.predict - stages.reduce((sum, stage) => sum + row[stage], 0)),
  );
  return {
    ratio: rounded(predictMs / runMs),
    predict_ms: rounded(predictMs),
    run_ms: rounded(runMs),
    overhead_ms: rounded(predictMs - runMs),
    ...Object.fromEntries(stages.map((stage) => [`${stage}_ms`, rounded(column(stage))])),
    transport_ms: rounded(transport),
    ratio_with_transfer: rounded(column('predict', moved) / runMs),
    objects: column('objects'),
  };
}
