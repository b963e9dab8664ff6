// A worker thread that holds one bare onnxruntime-node session and times `session.run` on request.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(workerData.backendPackage);
const ort = require('onnxruntime-node');
const session = await ort.InferenceSession.create(workerData.model, {
  intraOpNumThreads: workerData.threads,
});
const [{ name, shape }] = session.inputMetadata;
const length = shape.reduce((product, dim) => product * dim, 1);
const pixels = Float32Array.from({ length }, (_, index) => (index % 251) / 250);
const feeds = { [name]: new ort.Tensor('float32', pixels, shape) };

parentPort.on('message', async () => {
  const started = performance.now();
  await session.run(feeds);
  parentPort.postMessage(performance.now() - started);
});
parentPort.postMessage('ready');
