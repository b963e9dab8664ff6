/** As the test of deployments, with `care serve` and everything that it tells over HTTP. */
import { kill } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { widthOf } from './box-detector.fixture.mjs';
import { workerProcesses } from './child-processes.fixture.mjs';
import { FAULTS } from './faults.fixture.mjs';
import { installedCare } from './installed-care.fixture.mjs';
import { ServedOverHttp } from './served-over-http.fixture.mjs';
import { until } from './steady-load.fixture.mjs';

describe('a model behind care serve', () => {
  let installed;
  let served;
  beforeAll(async () => {
    installed = await installedCare(['server', 'cli']);
    served = await ServedOverHttp.start(installed);
  });
  afterAll(async () => {
    const { pid } = served.child;
    expect(await served.stop()).toBe(0);
    expect(workerProcesses(pid)).toEqual([]);
    installed.remove();
  });

  it.each(FAULTS)('answers 200 after $name, tells $code, and takes the next good file', async (fault) => {
    const { load } = served;
    const { code, message } = fault;
    const refused = { outcome: 'refused', reason: code };
    const before = { count: await served.series('care_reloads_total', refused), lines: served.log.length };
    const { width: old } = served;
    const asked = performance.now();
    const mend = fault.happen(served.files, old + 4, served.picture);

    await until(
      async () => (await served.series('care_reloads_total', refused)) > before.count,
      'the metric',
    );
    expect(await served.series('care_reloads_total', refused)).toBe(before.count + 1);
    await load.more(5);
    expect(new Set(load.askedSince(asked).map(widthOf))).toEqual(new Set([old]));
    expect(await served.model()).toMatchObject({ state: 'serving', ready: true, problem: { code } });
    expect(served.log.slice(before.lines)).toContainEqual(
      expect.objectContaining({ level: 'warn', code, msg: expect.stringMatching(message) }),
    );
    expect(served.log.slice(before.lines)).toContainEqual(
      expect.objectContaining({
        event: expect.objectContaining({ kind: 'refused', error: expect.objectContaining({ code }) }),
      }),
    );

    mend();
    await served.answersWith(old + 4);
    await until(async () => (await served.model()).problem === null, 'the end of the problem');
    expect(load.failures).toEqual([]);
  });

  it('answers 503 to the one request whose worker is killed, tells why, and goes on', async () => {
    const { load, child } = served;
    await until(() => workerProcesses(child.pid).length === 1, 'the end of earlier workers');
    const [worker] = workerProcesses(child.pid);
    // It stands still with the request of one client in its hands, that of the other waits.
    kill(worker, 'SIGSTOP');
    const workers = async () => (await served.model()).versions[0].workers;
    await until(async () => (await workers()).running + (await workers()).queued === 2, 'two requests');
    kill(worker, 'SIGKILL');
    await until(() => load.failures.length > 0, 'the failure of that request');
    await load.more(10);
    expect(load.failures).toHaveLength(1);
    expect(load.failures[0]).toMatchObject({
      message: '503',
      document: { error: { code: 'WORKER_CRASHED' } },
    });
    expect(await served.series('care_worker_crashes_total', { reason: 'WORKER_CRASHED' })).toBe(1);
    expect(await served.series('care_request_errors_total', { code: 'WORKER_CRASHED' })).toBe(1);
    expect((await served.model()).versions[0]).toMatchObject({ workers: { workers: 1, restarts: 1 } });
    expect(served.log).toContainEqual(
      expect.objectContaining({ code: 'WORKER_CRASHED', msg: expect.stringMatching(/SIGKILL/) }),
    );
    served.files.good(served.width + 4);
    await served.answersWith(served.width + 4);
    expect(load.failures).toHaveLength(1);
  });
});
