// A worker thread that holds one bare onnxruntime-node session and times `session.run` on request.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(workerData.backendPackage);
const ort = require('onnxruntime-node');
const session = await ort.InferenceSession.create(workerData.model, {
  intraOpNumThreads: workerData.threads,
});
const pixels = Float32Array.from({ length: 3 * 640 * 640 }, (_, index) => (index % 251) / 250);
const feeds = { images: new ort.Tensor('float32', pixels, [1, 3, 640, 640]) };

parentPort.on('message', async () => {
  const started = performance.now();
  await session.run(feeds);
  parentPort.postMessage(performance.now() - started);
});
parentPort.postMessage('ready');
