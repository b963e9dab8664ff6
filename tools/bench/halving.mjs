// Successive halving against measuring everything, on grids that were measured to the end on this machine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  candidateGrid,
  measureRounds,
  OpenedCandidate,
  Recording,
  replayHalving,
  runningText,
  syntheticPictures,
  warmUp,
} from '@care/benchmark';
import { createCare } from '@care/model-manager';
import { describeMachine } from './machine.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli', import.meta.url));
const now = () => performance.now();
const GRIDS = {
  'detector threads': {
    models: ['room-detector@1.0.0', 'room-detector@1.1.0'],
    threads: [1, 2, 3, 4],
    cost: 'latency',
  },
  'detector replicas': {
    models: ['room-detector@1.0.0', 'room-detector@1.1.0'],
    threads: [1, 2],
    replicas: [1, 2],
    cost: 'image',
  },
  'pose threads': { models: ['room-pose@1.0.0', 'room-pose@1.1.0'], threads: [1, 2, 3, 4], cost: 'latency' },
  'segmentation replicas': {
    models: ['room-segmentation@1.0.0', 'room-segmentation@1.1.0'],
    threads: [1, 2],
    replicas: [1, 2],
    cost: 'image',
  },
  'classifier batches': {
    models: ['room-bed-state@1.0.0', 'room-bed-state@1.1.0'],
    threads: [1, 2],
    batches: [1, 4],
    cost: 'image',
  },
  'detectors of several families': {
    models: ['yolov8n_int8', 'yolox_nano', 'room-detector@1.0.0', 'room-detector@1.1.0'],
    threads: [1, 2],
    cost: 'latency',
  },
};

/**
 * @param {{ rounds?: number, modelsDir?: string, grids?: string, record?: string }} options `grids` is a list of names with commas;
 * `modelsDir` has the models that the demo registry has not, grids without their models are left out; `record` is a file for the grids.
 * @returns figures by grid: what halving chose, by which share it is costlier than the best, and its share of the measuring time
 */
async function run(options = {}) {
  const { rounds = 40, modelsDir, grids = Object.keys(GRIDS).join(','), record } = options;
  const root = await mkdtemp(join(tmpdir(), 'care-halving-'));
  await writeFile(join(root, 'package.json'), '{"name":"halving","private":true}');
  const plugins = modelsDir === undefined ? {} : { plugins: { 'local-onnx': { dir: modelsDir } } };
  const care = await createCare({ root, extraRoots: [CLI], ...plugins });
  const figures = {};
  const recorded = [];
  try {
    for (const name of grids.split(',')) {
      const grid = await recordGrid(care, name, GRIDS[name], rounds).catch((error) => {
        console.error(`${name} is left out: ${error.message}`);
      });
      if (grid === undefined) continue;
      recorded.push(grid);
      figures[name] = await replayHalving(grid);
      // After each, for it takes long.
      if (record !== undefined) await writeFile(record, recordText(recorded));
      console.error(`${name}: ${JSON.stringify(figures[name])}`);
    }
  } finally {
    await care.dispose();
    await rm(root, { recursive: true, force: true });
  }
  return { ...figures, rounds, load_average: loadavg()[0] };
}

async function recordGrid(care, name, { models, cost, ...axes }, rounds) {
  const { specs } = await candidateGrid(care, models, { ...axes, only: [{ device: 'cpu', backend: 'ort' }] });
  const { images } = syntheticPictures();
  const contestants = new Map();
  try {
    for (const spec of specs)
      contestants.set(await OpenedCandidate.open(care, spec, images), new Recording());
    for (const candidate of contestants.keys()) await warmUp(candidate, now);
    await measureRounds(contestants, {
      rule: { precision: 0.03, percentiles: [] },
      deadline: Infinity,
      endSettled: false,
      rounds,
      now,
    });
    return {
      name,
      candidates: [...contestants].map(([{ spec, batch }, { turns, turnMs, turnCalls }]) => ({
        name: `${spec.reference} ${spec.variant} ${runningText({ threads: spec.threads ?? null, ...spec })}`,
        costs: turns.map((turn, round) =>
          rounded(cost === 'latency' ? turn : turnMs[round] / (turnCalls[round] * batch)),
        ),
        turnMs: turnMs.map(rounded),
      })),
    };
  } finally {
    await Promise.all([...contestants.keys()].map((candidate) => candidate.close()));
  }
}

function recordText(grids) {
  return `${JSON.stringify({ machine: describeMachine(), grids })}\n`;
}

function rounded(ms) {
  return Math.round(ms * 100) / 100;
}

export default {
  name: 'halving',
  description: 'regret and cost of successive halving against measuring everything, on grids recorded here',
  run,
};
