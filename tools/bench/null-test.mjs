// Whether verdicts can be trusted on this machine: like against like must be held equal, 10 % slower must be found slower.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  candidateGrid,
  holdsEqual,
  machineNoise,
  measureRounds,
  OpenedCandidate,
  pairedRatio,
  Recording,
  referenceWork,
  syntheticPictures,
  timeVerdict,
  warmUp,
} from '@care/benchmark';
import { createCare } from '@care/model-manager';

const CLI = fileURLToPath(new URL('../../packages/cli', import.meta.url));
const now = () => performance.now();

/**
 * @param {{ trials?: number, rounds?: number, model?: string, modelsDir?: string, sleep?: number, threads?: number }} options
 * `model` is opened twice for each trial, in two processes; `sleep` is the share of its own time that the second one sleeps after each
 * call in the other half of the trial.
 * @returns figures: of how many trials the interval (99 %) of the ratio of like to like contains 1, and of how many the sleeping one is
 * found slower; the widest interval, and the noise of the machine
 */
async function run(options = {}) {
  const {
    trials = 20,
    rounds = 40,
    model = 'room-detector@1.1.0',
    sleep = 0.1,
    threads = 1,
    modelsDir,
  } = options;
  const root = await mkdtemp(join(tmpdir(), 'care-null-test-'));
  await writeFile(join(root, 'package.json'), '{"name":"null-test","private":true}');
  const plugins = modelsDir === undefined ? {} : { plugins: { 'local-onnx': { dir: modelsDir } } };
  const care = await createCare({ root, extraRoots: [CLI], ...plugins });
  const ratios = { like: [], slower: [] };
  const work = [];
  try {
    const { specs } = await candidateGrid(care, [model], { threads: [threads], only: [{ device: 'cpu' }] });
    if (specs.length === 0) throw new Error(`${model} cannot be run on the CPU here`);
    for (let trial = 0; trial < trials; trial++) {
      const pair = [];
      try {
        for (let name = 0; name < 2; name++)
          pair.push(await OpenedCandidate.open(care, specs[0], syntheticPictures().images));
        for (const candidate of pair) await warmUp(candidate, now);
        ratios.like.push(await ratioOf(pair, rounds, work));
        ratios.slower.push(await ratioOf([pair[0], sleeping(pair[1], sleep)], rounds, work));
      } finally {
        await Promise.all(pair.map((candidate) => candidate.close()));
      }
      const { like, slower } = ratios;
      console.error(`trial ${trial + 1} of ${trials}: ${text(like.at(-1))}, asleep ${text(slower.at(-1))}`);
    }
  } finally {
    await care.dispose();
    await rm(root, { recursive: true, force: true });
  }
  const noise = machineNoise(work) ?? { spread: NaN, drift: NaN };
  return {
    like_held_equal: ratios.like.filter(holdsEqual).length,
    slower_found: ratios.slower.filter((ratio) => timeVerdict(ratio) === 'slower').length,
    trials,
    rounds,
    ratio_of_like: ratios.like.map(({ value }) => value),
    ratio_of_slower: ratios.slower.map(({ value }) => value),
    widest_interval: Math.max(...ratios.like.map(({ low, high }) => high - low)),
    noise_spread: noise.spread,
    noise_drift: noise.drift,
    load_average: loadavg()[0],
  };
}

async function ratioOf(pair, rounds, work) {
  const contestants = new Map(pair.map((contestant) => [contestant, new Recording()]));
  await measureRounds(contestants, {
    rule: { precision: 0.03, percentiles: [] },
    deadline: Infinity,
    endSettled: false,
    rounds,
    now,
    onRound: () => work.push(referenceWork(now)),
  });
  const [a, b] = [...contestants.values()].map(({ turns }) => turns.map((turn) => turn ?? NaN));
  return pairedRatio(a, b);
}

/** The same candidate, and a share of its own time asleep after each call; timers are too coarse for that. */
function sleeping(candidate, share) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    inFlight: candidate.inFlight,
    batch: candidate.batch,
    call: async () => {
      const begun = now();
      const { endToEnd, inference } = await candidate.call();
      Atomics.wait(cell, 0, 0, endToEnd * share);
      return { endToEnd: now() - begun, inference };
    },
  };
}

function text({ value, low, high }) {
  return `x${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

export default {
  name: 'null-test',
  description: 'the same candidate twice must be held equal, and one that sleeps 10 % more be found slower',
  run,
};
