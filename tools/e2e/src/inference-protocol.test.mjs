/** The Open Inference Protocol of `care serve`, by clients that others wrote: tritonclient and perf_analyzer, from PyPI. */
import {
  LOADS,
  openConformance,
  REQUESTS,
  runPerfAnalyzer,
  runTritonClient,
  Unavailable,
} from '@care/tools/conformance/conformance.mjs';
import { afterAll, beforeAll, expect, it } from 'vitest';

let server;

beforeAll(async () => {
  server = await openConformance();
});

afterAll(async () => {
  if (server !== undefined) expect(await server.close()).toMatchObject({ code: 0 });
});

/** What cannot be installed here is skipped, and the reason is told. */
async function orSkip(context, run) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.warn(`skipped: ${error.message}`);
    return context.skip(error.message);
  }
}

it('passes every check with tritonclient', async (context) => {
  const { status, output } = await orSkip(context, () => runTritonClient(server));
  const failures = output.split('\n').filter((line) => line !== '' && !line.startsWith('ok '));
  expect(failures).toEqual([expect.stringMatching(/^tritonclient [\d.]+: \d{3} passed, 0 failed$/)]);
  expect(status).toBe(0);
});

it.for(LOADS)(
  'answers what perf_analyzer asks of $model at concurrency $concurrency',
  async (load, context) => {
    const before = await counts(load.model);
    const { status, output } = await orSkip(context, () => runPerfAnalyzer(server, load));
    expect(output).toMatch(new RegExp(`Concurrency: ${load.concurrency}, throughput: [1-9]`));
    expect(status).toBe(0);
    const after = await counts(load.model);
    expect(after.success - before.success).toBeGreaterThanOrEqual(REQUESTS);
    expect(after.fail - before.fail).toBe(0);
  },
);

async function counts(model) {
  const answer = await fetch(`${server.url}/v2/models/${model}/stats`);
  const { model_stats: stats } = await answer.json();
  const sum = (kind) => stats.reduce((total, one) => total + one.inference_stats[kind].count, 0);
  return { success: sum('success'), fail: sum('fail') };
}
