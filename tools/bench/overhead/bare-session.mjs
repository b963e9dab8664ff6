import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/**
 * A bare onnxruntime-node session in a worker thread of its own: what CARE is compared with. `time` runs the model once and gives
 * the milliseconds of `session.run` as seen inside that worker.
 */
export async function startBareSession(model, threads) {
  const backendPackage = createRequire(import.meta.url).resolve('@care/backend-ort');
  const worker = new Worker(new URL('./bare-worker.mjs', import.meta.url), {
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
