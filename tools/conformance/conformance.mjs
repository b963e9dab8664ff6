/** `care serve` under clients of the Open Inference Protocol that are not ours. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../nx.mjs';
import { writeGoldenDetector } from './golden-detector.mjs';
import { perfAnalyzer } from './perf-analyzer.mjs';
import { pythonClient } from './python-client.mjs';
import { serveCare } from './served-care.mjs';
import { writeServedModels } from './served-models.mjs';

export { Unavailable } from './python-client.mjs';

const CLIENT_MS = 120_000;
/** Requests of each load. */
export const REQUESTS = 300;

/** The server with its models; `close()` ends it and removes them. */
export async function openConformance() {
  const work = mkdtempSync(path.join(tmpdir(), 'care-conformance-'));
  const remove = () => rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  try {
    const modelsDir = path.join(work, 'models');
    const goldenDir = path.join(work, 'golden');
    mkdirSync(goldenDir);
    writeServedModels(modelsDir);
    const detector = path.join(
      process.env.CARE_TEST_ASSETS ?? path.resolve(root, '../shared'),
      'models/yolov8n_int8.onnx',
    );
    const golden = existsSync(detector) ? goldenDir : undefined;
    if (golden !== undefined) await writeGoldenDetector(detector, modelsDir, goldenDir);
    const server = await serveCare(modelsDir, work);
    return {
      ...server,
      golden,
      /** Ends the server. @returns its exit code, and what it logged at level `warn` or worse */
      async close() {
        const code = await server.stop();
        remove();
        return { code, log: server.log.join('') };
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Runs triton_client.py. @returns {Promise<{ status, output }>} @throws Unavailable */
export async function runTritonClient({ url, token, golden }) {
  const { python, packages } = pythonClient();
  const script = path.join(import.meta.dirname, 'triton_client.py');
  const env = {
    PYTHONPATH: packages,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUTF8: '1',
    CARE_ADMIN_TOKEN: token,
  };
  return await runClient(python, [script, url, ...(golden === undefined ? [] : ['--golden', golden])], env);
}

/** Loads that perf_analyzer drives: which model, how many requests in flight, and what else its command line says. */
export const LOADS = [
  { model: 'echo-fp32', concurrency: 1 },
  { model: 'echo-fp32', concurrency: 4 },
  {
    model: 'echo-uint8',
    concurrency: 2,
    more: ['--input-tensor-format=json', '--output-tensor-format=json'],
  },
  { model: 'versions', concurrency: 4, more: ['-x', '2.0.0'] },
];

/** @throws Unavailable */
export async function runPerfAnalyzer({ url }, { model, concurrency, more = [] }) {
  const [program, ...args] = perfAnalyzer();
  const server = ['-u', url.replace('http://', ''), '-i', 'http', '-m', model];
  const load = ['--concurrency-range', `${concurrency}`, '--request-count', `${REQUESTS}`];
  return await runClient(program, [...args, ...server, ...load, ...more]);
}

async function runClient(command, args, env = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: CLIENT_MS,
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const [output, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, output: output + errors };
}
