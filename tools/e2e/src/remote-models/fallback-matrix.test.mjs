/**
 * Every state of the three registries with every other, with and without cache, online and offline: the real registries against
 * servers of their protocols over HTTP.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CareError } from '@care/registry-core';
import { createCare } from '@care/model-manager';
import { root } from '@care/tools/nx.mjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_MODELS } from './demo-models.fixture.mjs';
import { CASES, expected, STATES, timeTable } from './fallback-cases.fixture.mjs';
import {
  API_KEY,
  HubServer,
  replacementServer,
  ROBOFLOW_TASKS,
  roboflowPackage,
  roboflowServer,
} from './protocol-servers.fixture.mjs';

const MODEL = 'rooms/detector';
const CLI = path.join(root, 'packages/cli');
const [{ manifest, weights }] = DEMO_MODELS;
const AT_A_TIME = 48;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

const folder = mkdtempSync(path.join(tmpdir(), 'care-matrix-'));
const closing = [];
/** By registry and state: what a host sets to find it so, and the cache that it left when it had the model. */
const remotes = { roboflow: {}, huggingface: {} };
const locals = {};

const json =
  (status, body, headers = {}) =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
const PORTAL = (_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in to this network</html>');

const ANSWERS = {
  roboflow: {
    'not found': json(404, '{"error":"not found"}'),
    unauthorised: json(401, '{"error":"This API key does not exist."}'),
    'broken answer': PORTAL,
  },
  huggingface: {
    'not found': json(404, '{"error":"Repository not found"}', { 'x-error-code': 'RepoNotFound' }),
    unauthorised: json(401, '{"error":"Invalid credentials in Authorization header"}', {
      'x-error-message': 'Invalid credentials in Authorization header',
    }),
    'broken answer': PORTAL,
  },
};

/** The model's own server first, so that there is a cache; then what is to stand in its place. */
async function remoteIn(name, state) {
  const cache = path.join(folder, name, state);
  const server = name === 'roboflow' ? await roboflowWithModel() : await hubWithModel();
  await inCare({ env: { ...server.env, ...cacheEnv(cache) }, models: locals['not found'] }, async (care) => {
    const resolved = await care.resolve(`${name}:${MODEL}`);
    await care.registry.fetch(resolved, resolved.package.variants[0].id);
  });
  if (state === 'has it') closing.push(server.close);
  else {
    await server.close();
    if (state !== 'down') closing.push((await replacementServer(server.port, ANSWERS[name][state])).close);
  }
  return { env: server.env, cache };
}

async function roboflowWithModel() {
  const server = await roboflowServer();
  const packaged = {
    ...ROBOFLOW_TASKS[manifest.task_type],
    packages: [roboflowPackage('full', manifest, weights)],
  };
  server.serve(MODEL, { private: true, packaged });
  const env = { ROBOFLOW_API_HOST: server.origin, API_BASE_URL: server.origin, ROBOFLOW_API_KEY: API_KEY };
  return { env, port: Number(new URL(server.origin).port), close: () => server.close() };
}

async function hubWithModel() {
  const server = await HubServer.start();
  await server.publish(MODEL, {
    'care.json': { ...manifest, model_path: 'model.onnx' },
    'model.onnx': weights,
  });
  return {
    env: { HF_ENDPOINT: server.endpoint },
    port: Number(new URL(server.endpoint).port),
    close: () => server.stop(),
  };
}

const cacheEnv = (cache) => ({
  CARE_CACHE_DIR: path.join(cache, 'care'),
  HF_HOME: path.join(cache, 'hf'),
  HOME: cache,
});

function localIn(state) {
  const models = path.join(folder, 'local', state);
  mkdirSync(models, { recursive: true });
  const stated = { ...manifest, model_id: MODEL, model_path: 'model.onnx' };
  if (state === 'has it') writeFileSync(path.join(models, 'model.onnx'), weights);
  if (state === 'has it') writeFileSync(path.join(models, 'model.json'), JSON.stringify(stated));
  if (state === 'broken answer') writeFileSync(path.join(models, 'model.json'), '{ "model_id": ');
  return { models, registries: UNREADABLE[state] === undefined ? [] : [UNREADABLE[state]] };
}

/** A disk cannot be made to refuse or to hang for whoever runs the tests: here a registry of the host stands for it. */
const standIn = (resolve) => ({ contract: 1, name: 'local-onnx', resolve });
const UNREADABLE = {
  unauthorised: standIn(() => Promise.reject(new CareError('UNAUTHORIZED', 'the share refuses the user'))),
  timeout: standIn(() => new Promise(() => {})),
  down: standIn(() => Promise.reject(Object.assign(new Error('the share is gone'), { code: 'EHOSTDOWN' }))),
};

async function inCare({ env, models: { models, registries }, offline = false }, work) {
  const care = await createCare({
    root: CLI,
    order: ['local-onnx', 'roboflow', 'huggingface'],
    disable: ['demo', 'http', 'backends/ort'],
    registries,
    plugins: {
      ...(registries.length > 0 ? {} : { 'local-onnx': { dir: models } }),
      roboflow: { timeoutSeconds: 10, attempts: 2 },
    },
    timeouts: { 'local-onnx': registries.length > 0 ? 1_000 : 60_000, roboflow: 60_000, huggingface: 60_000 },
    offline,
    env: { LOCAL_MODELS_ENABLED: 'true', ...env },
    logger: SILENT,
  });
  try {
    return await work(care);
  } finally {
    await care.dispose();
  }
}

async function answerOf(item, index) {
  const cache = path.join(folder, 'runs', String(index));
  if (item.cached) {
    for (const name of Object.keys(remotes))
      cpSync(remotes[name][item[name]].cache, cache, { recursive: true });
  }
  const env = {
    ...remotes.roboflow[item.roboflow].env,
    ...remotes.huggingface[item.huggingface].env,
    ...cacheEnv(cache),
  };
  return await inCare({ env, models: locals[item.local], offline: item.offline }, async (care) => {
    const begun = performance.now();
    const done = (outcome, asked) => ({ item, outcome, asked, ms: performance.now() - begun });
    try {
      const { registry, answers, package: model } = await care.resolve(MODEL);
      const asked = answers.map((answer) => answer.registry);
      return done(model.stale === undefined ? registry : `${registry} from the cache`, asked);
    } catch (error) {
      const asked = (error.details?.answers ?? []).map((answer) => answer.registry);
      return done(error.code ?? String(error), asked);
    }
  });
}

beforeAll(async () => {
  for (const state of STATES) locals[state] = localIn(state);
  await Promise.all(
    STATES.flatMap((state) =>
      Object.keys(remotes).map(async (name) => (remotes[name][state] = await remoteIn(name, state))),
    ),
  );
});

afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  rmSync(folder, { recursive: true, force: true });
});

it(`the chain answers as the design says in all ${CASES.length} combinations`, async () => {
  const results = [];
  const waiting = CASES.map((item, index) => ({ item, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.push(await answerOf(next.item, next.index));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  console.log(timeTable(results));
  const wrong = results.filter(({ item, outcome }) => outcome !== expected(item).answer);
  expect(wrong.map(({ item, outcome }) => ({ ...item, outcome, expected: expected(item).answer }))).toEqual(
    [],
  );
  // Whatever a later one would do, whoever has the model is the last that is asked.
  const chain = ['local-onnx', 'roboflow', 'huggingface'];
  const late = results.filter(({ item, asked }) => {
    const { decided } = expected(item);
    const last =
      item.offline && item.local === 'not found'
        ? asked.at(-1)
        : decided === 'local'
          ? 'local-onnx'
          : decided;
    return asked.join() !== chain.slice(0, chain.indexOf(last) + 1).join();
  });
  expect(late.map(({ item, asked }) => ({ ...item, asked }))).toEqual([]);
});
