import { setTimeout as sleep } from 'node:timers/promises';
import { isCareError } from '@care/registry-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import { GREY, greyFrame, scriptedHost, type ScriptedHost } from '../testing/scripted-host.fixture.js';
import type { LoadOptions } from './load-options.js';
import type { Model } from './model.js';
import type { Prediction } from './prediction.js';

let host: ScriptedHost;
beforeEach(async () => {
  host = await scriptedHost();
});
afterEach(async () => {
  await host.dispose();
});

/** The grey that a prediction was made from. */
function greyOf(prediction: Prediction): number {
  return Math.round((prediction.predictions[0]?.confidence ?? 0) * 255);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe.each(['thread', 'process'] as const)('a model with isolation: %s', (isolation) => {
  const load = async (options: LoadOptions = {}): Promise<Model> => {
    const care = await host.care();
    return await care.load('grey', { isolation, ...options });
  };

  it('predicts, and tells what answered and how long each stage took', async () => {
    const model = await load({ threads: 2 });
    const prediction = await model.predict(greyFrame(128));
    expect(prediction).toMatchObject({ width: 32, height: 32, task: 'object-detection' });
    expect(prediction.predictions).toHaveLength(1);
    expect(prediction.predictions[0]).toMatchObject({ class: 'light', classId: 0, box: [12, 12, 20, 20] });
    expect(greyOf(prediction)).toBe(128);
    // sha256sum of the file's text "a model"
    expect(prediction.model).toEqual({
      id: 'grey',
      registry: 'test',
      variant: 'scripted',
      backend: 'scripted',
      device: 'cpu',
      sha256: '97ff8a35544dcf40ad84047074439dd6aa3a0be469ea578a1b1c017d939ec61c',
    });
    const { queue, decode, preprocess, inference, postprocess, total } = prediction.timings;
    const stages = queue + decode + preprocess + inference + postprocess;
    for (const stage of [queue, decode, preprocess, inference, postprocess])
      expect(stage).toBeGreaterThanOrEqual(0);
    expect(total).toBeGreaterThanOrEqual(stages);
    expect(model.inputs).toEqual([{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }]);
    const { processes, ...stats } = model.stats;
    expect(stats).toEqual({ queued: 0, running: 0, workers: 1, restarts: 0 });
    expect(processes).toHaveLength(isolation === 'process' ? 1 : 0);
  });

  it('keeps the order of a long array over several workers and does not count it as overload', async () => {
    const model = await load({ replicas: 2, queueLimit: 1 });
    const greys = Array.from({ length: 60 }, (_, index) => 20 + index * 2);
    const predictions = await model.predict(greys.map(greyFrame));
    expect(predictions.map(greyOf)).toEqual(greys);
    expect(await model.predict([])).toEqual([]);
  });

  it('rejects a whole array with the first failure and goes on afterwards', async () => {
    const model = await load({ replicas: 2 });
    const frames = [10, 20, GREY.fail, 40, 50].map(greyFrame);
    await expect(model.predict(frames)).rejects.toThrow(coded('INFERENCE_FAILED'));
    expect(greyOf(await model.predict(greyFrame(60)))).toBe(60);
  });

  it('leaves the buffers of the caller alone, and takes them over when told so', async () => {
    const model = await load();
    const frame = greyFrame(90);
    const answer = model.predict(frame);
    frame.data.fill(30);
    expect(greyOf(await answer)).toBe(90);
    const given = greyFrame(70);
    expect(greyOf(await model.predict(given, { transfer: true }))).toBe(70);
    expect(given.data.byteLength).toBe(isolation === 'thread' ? 0 : 32 * 32 * 3);
  });

  it('takes frames in shared memory', async () => {
    const model = await load();
    const data = new Uint8Array(new SharedArrayBuffer(32 * 32 * 3)).fill(77);
    expect(greyOf(await model.predict({ data, width: 32, height: 32, format: 'rgb' }))).toBe(77);
    expect(data[0]).toBe(77);
  });

  it('rejects what finds the queue full with OVERLOADED, and nothing else', async () => {
    const model = await load({ queueLimit: 2 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => model.predict(greyFrame(GREY.slow))),
    );
    const codes = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? 'ok' : errorCode(outcome.reason),
    );
    expect(codes).toEqual(['ok', 'ok', 'ok', 'OVERLOADED', 'OVERLOADED']);
    const refused = outcomes[3];
    expect(refused).toMatchObject({ reason: { details: { queued: 2, queueLimit: 2 } } });
  });

  it('with a queue of none takes what an idle worker can run at once', async () => {
    const model = await load({ queueLimit: 0 });
    const running = model.predict(greyFrame(GREY.slow));
    await until(() => model.stats.running === 1);
    await expect(model.predict(greyFrame(10))).rejects.toThrow(coded('OVERLOADED'));
    expect(await model.predict([greyFrame(11), greyFrame(12)])).toHaveLength(2);
    await running;
  });

  it('cancels what waits and what runs', async () => {
    const model = await load();
    const running = new AbortController();
    const waiting = new AbortController();
    const first = model.predict(greyFrame(GREY.slow), { signal: running.signal });
    const second = model.predict(greyFrame(10), { signal: waiting.signal });
    const third = model.predict(greyFrame(33));
    await until(() => model.stats.running === 1 && model.stats.queued === 2);
    waiting.abort();
    await expect(second).rejects.toThrow(coded('ABORTED'));
    expect(model.stats.queued).toBe(1);
    running.abort();
    await expect(first).rejects.toThrow(coded('ABORTED'));
    // The late answer of the first goes nowhere; the third gets its own.
    expect(greyOf(await third)).toBe(33);
    await expect(model.predict(greyFrame(1), { signal: AbortSignal.abort() })).rejects.toThrow(
      coded('ABORTED'),
    );
    expect(model.stats.restarts).toBe(0);
  });

  it('answers TIMEOUT in time, also for what still waits or is still read', async () => {
    const model = await load();
    const running = model.predict(greyFrame(GREY.slow), { timeoutMs: 100 });
    const waiting = model.predict(greyFrame(10), { timeoutMs: 100 });
    const stream = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    const reading = model.predict(stream, { timeoutMs: 100 });
    const outcomes = await Promise.allSettled([running, waiting, reading]);
    expect(outcomes.map((late) => late.status === 'rejected' && errorCode(late.reason))).toEqual([
      'TIMEOUT',
      'TIMEOUT',
      'TIMEOUT',
    ]);
    expect(greyOf(await model.predict(greyFrame(44), { timeoutMs: 10_000 }))).toBe(44);
  });

  it('replaces a worker that is stuck in a request nobody waits for', async () => {
    const model = await load({ stuckAfterMs: 50 });
    await expect(model.predict(greyFrame(GREY.hang), { timeoutMs: 100 })).rejects.toThrow(coded('TIMEOUT'));
    expect(greyOf(await model.predict(greyFrame(55)))).toBe(55);
    expect(model.stats.restarts).toBe(1);
  });

  const deaths = [
    ['ends the worker', GREY.exit],
    ['throws where nobody catches', GREY.uncaught],
    ...(isolation === 'process' ? [['aborts natively', GREY.abort] as const] : []),
  ] as const;
  it.each(deaths)('survives a request that %s: it alone fails', async (_what, grey) => {
    const model = await load({ replicas: 2 });
    const bystanders = [greyFrame(GREY.slow), greyFrame(21)].map((frame) => model.predict(frame));
    const victim = model.predict(greyFrame(grey));
    const later = [22, 23, 24].map((value) => model.predict(greyFrame(value)));
    await expect(victim).rejects.toThrow(coded('WORKER_CRASHED'));
    await expect(Promise.all(bystanders)).resolves.toHaveLength(2);
    expect((await Promise.all(later)).map(greyOf)).toEqual([22, 23, 24]);
    await until(() => model.stats.workers === 2);
    expect(model.stats.restarts).toBe(1);
  });

  it('passes on the failure of a task or backend as it is', async () => {
    const model = await load();
    await expect(model.predict(greyFrame(GREY.fail))).rejects.toThrow(coded('INFERENCE_FAILED'));
    await expect(model.predict(Buffer.from('no picture'))).rejects.toThrow(coded('IMAGE_INVALID'));
    await expect(model.predict('/no/such/picture.jpg')).rejects.toThrow(coded('INPUT_INVALID'));
    await expect(model.predict(new URL('https://example.com/a.jpg'))).rejects.toThrow(coded('UNSUPPORTED'));
    await expect(model.predict(greyFrame(1), { timeoutMs: -1 })).rejects.toThrow(coded('OPTIONS_INVALID'));
  });

  it('dispose rejects what waits and runs, twice is once, and predict afterwards is DISPOSED', async () => {
    const model = await load();
    const requests = [GREY.slow, 10, 20].map((grey) => model.predict(greyFrame(grey)));
    const outcomes = Promise.allSettled(requests);
    await until(() => model.stats.running === 1 && model.stats.queued === 2);
    await Promise.all([model.dispose(), model.dispose()]);
    for (const outcome of await outcomes) {
      expect(outcome.status === 'rejected' && errorCode(outcome.reason)).toBe('DISPOSED');
    }
    expect(model.stats).toMatchObject({ queued: 0, running: 0, workers: 0 });
    await expect(model.predict(greyFrame(1))).rejects.toThrow(coded('DISPOSED'));
  });

  it('is freed by `await using`', async () => {
    let kept: Model;
    {
      await using model = await load();
      kept = model;
      await model.predict(greyFrame(1));
    }
    expect(kept.stats.workers).toBe(0);
  });
});

function errorCode(error: unknown): string {
  return isCareError(error) ? error.code : String(error);
}
