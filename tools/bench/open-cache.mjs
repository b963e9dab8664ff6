// What the cache of optimised models saves: opening each model without it, with it empty, and with it filled.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ort from '@care/backend-ort';
import { createBackend, silentLogger } from '@care/registry-core';
import { root } from '../nx.mjs';
import { median } from './overhead/statistics.mjs';

const ROUNDS = 9;
const FOLDERS = [
  path.join(process.env.CARE_TEST_ASSETS ?? path.resolve(root, '../shared'), 'models'),
  path.join(root, 'packages/registry-demo/models'),
];

function modelFiles(only) {
  return FOLDERS.filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true }).map((name) => path.join(folder, String(name))),
    )
    .filter((file) => file.endsWith('.onnx') && file.includes(only));
}

/** As the model manager gives it: with the hash that it has worked out. */
function loadedModel(file) {
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const model = { name: path.basename(file), bytes, sha256 };
  return { format: 'onnx', precision: 'any', model, externalData: [] };
}

async function opened(model, optimizedModelCache) {
  const context = { rootDir: root, env: {}, logger: silentLogger };
  const backend = createBackend(ort, { optimizedModelCache }, context);
  const started = performance.now();
  const session = await backend.open(model);
  const ms = performance.now() - started;
  await session.dispose();
  return { ms, outcome: session.info.optimizedModelCache };
}

/** One round: off, first, second; so that what else the machine does meets all three. */
async function round(model, times) {
  const dir = mkdtempSync(path.join(tmpdir(), 'care-open-cache-'));
  try {
    for (const [kind, use, expected] of [
      ['off', false, 'off'],
      ['first', { dir }, 'stored'],
      ['second', { dir }, 'hit'],
    ]) {
      const { ms, outcome } = await opened(model, use);
      if (outcome !== expected) throw new Error(`${model.model.name}: ${kind} was "${outcome}"`);
      times[kind].push(ms);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const rounded = (value) => Math.round(value * 100) / 100;

/**
 * @param {{ rounds?: number, only?: string }} options `only`: models whose path contains it
 * @returns ms and ratios by model, medians; `worst_ratio` is the greatest of `second / first`
 */
export async function run({ rounds = ROUNDS, only = '' } = {}) {
  const figures = { models: {} };
  const files = modelFiles(only);
  if (files.length === 0) throw new Error(`no model matches "${only}" in ${FOLDERS.join(', ')}`);
  for (const file of files) {
    const model = loadedModel(file);
    const times = { off: [], first: [], second: [] };
    await round(model, { off: [], first: [], second: [] }); // warm up
    for (let i = 0; i < rounds; i += 1) await round(model, times);
    const [off, first, second] = Object.values(times).map((values) => median(values));
    figures.models[model.model.name] = {
      off_ms: rounded(off),
      first_ms: rounded(first),
      second_ms: rounded(second),
      second_to_first: rounded(second / first),
      second_to_off: rounded(second / off),
    };
  }
  const all = Object.values(figures.models);
  figures.worst_ratio = Math.max(...all.map((one) => one.second_to_first));
  figures.worst_ratio_to_off = Math.max(...all.map((one) => one.second_to_off));
  return figures;
}

export function print({ models, ...worst }) {
  console.table(models);
  for (const [name, value] of Object.entries(worst)) console.log(`  ${name}  ${value}`);
}

export default {
  name: 'open-cache',
  description: 'opening a model with the cache of optimised models: off, first, second, and the ratio',
  run,
  print,
};
