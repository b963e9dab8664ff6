// What CARE adds to a bare `session.run`, and whether the host's event loop stays free meanwhile.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { createCare } from '@care/model-manager';
import { CareError, CONTRACT_VERSION } from '@care/registry-core';
import { buildYolov8n } from './overhead/yolov8n-graph.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const WIDTH = 1280;
const HEIGHT = 720;

/**
 * Interleaved rounds of `model.predict(rawFrame)` and of a bare `session.run` of the same model in a worker thread of
 * its own, timed inside that worker, both with the same number of intra-op threads.
 *
 * @param {{ rounds?: number, warmup?: number, threads?: number, isolation?: 'thread' | 'process' }} options
 * @returns figures: `detection.ratio` is the median predict time over the median run time. `loop_p99_ms` is the 99th
 * percentile of Node's event-loop delay histogram (resolution 1 ms) over load and all predictions; the histogram
 * counts the time between ticks of a 1 ms timer, so an idle loop reads about 1 ms (`idle_loop_p99_ms`), and nothing
 * is subtracted.
 */
async function run(options = {}) {
  const { rounds = 80, warmup = 10, threads = availableParallelism(), isolation = 'thread' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'care-bench-overhead-'));
  const { bytes, gflop, parameters } = buildYolov8n();
  const path = join(folder, 'yolov8n-shaped.onnx');
  await writeFile(path, bytes);
  const bare = await startBareSession(bytes, threads);
  const idle = await idleLoopDelay();
  const care = await createCare({
    root: ROOT,
    packages: ['@care/backend-ort'],
    registries: [benchRegistry(path, bytes)],
  });
  const loop = monitorEventLoopDelay({ resolution: 1 });
  try {
    loop.enable();
    const loadStarted = performance.now();
    const model = await care.load('bench:yolov8n-shaped', { backend: 'ort', threads, isolation });
    const loadMs = performance.now() - loadStarted;
    const frame = cameraFrame();
    const samples = [];
    for (let round = -warmup; round < rounds; round++) {
      const started = performance.now();
      const { timings, predictions } = await model.predict(frame);
      const predict = performance.now() - started;
      const bareRun = await bare.time();
      if (round >= 0) samples.push({ predict, run: bareRun, detections: predictions.length, ...timings });
    }
    loop.disable();
    const column = (name) => rounded(median(samples.map((sample) => sample[name])));
    return {
      detection: {
        ratio: rounded(
          median(samples.map(({ predict }) => predict)) / median(samples.map((sample) => sample.run)),
        ),
        predict_ms: column('predict'),
        run_ms: column('run'),
        inference_ms: column('inference'),
        preprocess_ms: column('preprocess'),
        postprocess_ms: column('postprocess'),
        queue_ms: column('queue'),
        detections: column('detections'),
      },
      loop_p99_ms: rounded(loop.percentile(99) / 1e6),
      loop_max_ms: rounded(loop.max / 1e6),
      idle_loop_p99_ms: idle,
      load_ms: rounded(loadMs),
      rounds,
      threads,
      isolation,
      model: { gflop: rounded(gflop), parameters },
    };
  } finally {
    await care.dispose();
    await bare.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startBareSession(model, threads) {
  const backendPackage = createRequire(import.meta.url).resolve('@care/backend-ort');
  const worker = new Worker(new URL('./overhead/bare-session.mjs', import.meta.url), {
    workerData: { model, threads, backendPackage },
  });
  await once(worker, 'message');
  return {
    async time() {
      worker.postMessage('run');
      const [milliseconds] = await once(worker, 'message');
      return milliseconds;
    },
    end: () => worker.terminate(),
  };
}

async function idleLoopDelay() {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await new Promise((resolve) => setTimeout(resolve, 500));
  loop.disable();
  return rounded(loop.percentile(99) / 1e6);
}

/** A registry that knows one model: discovery and manifests are not what is measured here. */
function benchRegistry(path, bytes) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const artifact = { name: 'yolov8n-shaped.onnx', role: 'model', path, size: bytes.length, sha256 };
  const model = {
    modelId: 'yolov8n-shaped',
    task: 'object-detection',
    classNames: Array.from({ length: 80 }, (_, index) => `class-${index}`),
    inputSize: { height: 640, width: 640 },
    preprocessing: {
      resize: 'letterbox',
      padPosition: 'center',
      padValue: 114,
      color: 'rgb',
      scale: 1 / 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      interpolation: 'bilinear',
    },
    postprocessing: {
      decoder: 'auto',
      decoderOptions: {},
      confidenceThreshold: 0.5,
      iouThreshold: 0.45,
      maxDetections: 300,
      classAgnosticNms: false,
      multiLabel: false,
    },
    variants: [{ id: 'onnx-fp32', format: 'onnx', precision: 'fp32', artifacts: [artifact] }],
    metadata: {},
  };
  return {
    contract: CONTRACT_VERSION,
    name: 'bench',
    resolve: async ({ modelId }) => {
      if (modelId === model.modelId) return model;
      throw new CareError('MODEL_NOT_FOUND', `the benchmark has no model "${modelId}"`);
    },
  };
}

/** A frame as a camera gives it, 8-bit RGB: gradients with a bright window and a dark door in them. */
function cameraFrame() {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const window = x > 200 && x < 480 && y > 120 && y < 380;
      const door = x > 800 && x < 1000 && y > 200;
      const shade = window ? 235 : door ? 25 : 90 + Math.floor((x * 80) / WIDTH) + ((x ^ y) & 7);
      const at = (y * WIDTH + x) * 3;
      data[at] = shade;
      data[at + 1] = shade - (shade >> 3);
      data[at + 2] = shade - (shade >> 2);
    }
  }
  return { data, width: WIDTH, height: HEIGHT, format: 'rgb' };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function rounded(value) {
  return Math.round(value * 1000) / 1000;
}

export default {
  name: 'overhead',
  description: `predict of a ${WIDTH}x${HEIGHT} raw frame on a 640 px YOLO over a bare session.run, and the host's event-loop delay`,
  run,
};
