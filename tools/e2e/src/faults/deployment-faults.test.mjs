/** A model that is replaced while it is asked all the time, and everything that can go wrong with that: packed packages, real files. */
import { kill } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerProcesses } from './child-processes.fixture.mjs';
import { widthOf } from './box-detector.fixture.mjs';
import { FAULTS } from './faults.fixture.mjs';
import { installedCare } from './installed-care.fixture.mjs';
import { ServedModel } from './served-model.fixture.mjs';
import { until } from './steady-load.fixture.mjs';

let installed;
beforeAll(async () => {
  installed = await installedCare();
});
afterAll(() => installed?.remove());

describe.each([
  { isolation: 'process', versioned: true },
  { isolation: 'process', versioned: false },
  { isolation: 'thread', versioned: false },
])('a model under load, isolation: $isolation, a version of its own for each file: $versioned', (how) => {
  let served;
  beforeAll(async () => {
    served = await ServedModel.start({ ...installed, ...how });
  });
  afterAll(async () => {
    await served?.stop();
    expect(workerProcesses()).toEqual([]);
  });

  it.each(FAULTS)('serves on after $name, tells $code, and takes the next good file', async (fault) => {
    const { load, deployment } = served;
    const before = { refusals: served.refusals.length, lines: served.log.length, width: served.width };
    const asked = performance.now();
    const files = served.nextFiles();
    const width = served.width + 4;
    const mend = fault.happen(files, width, served.picture);

    await until(() => served.refusals.length > before.refusals, 'the refusal');
    await load.more(5);
    expect(new Set(load.askedSince(asked).map(widthOf))).toEqual(new Set([before.width]));
    for (const { error, version } of served.refusals.slice(before.refusals)) {
      expect(error).toMatchObject({ code: fault.code, message: expect.stringMatching(fault.message) });
      expect(version).toBe(files.version ?? null);
    }
    expect(deployment.status.problem).toMatchObject({
      code: fault.code,
      message: expect.stringMatching(fault.message),
    });
    expect(served.log.slice(before.lines)).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        model: deployment.modelId,
        code: fault.code,
        message: expect.stringMatching(fault.message),
      }),
    );

    mend();
    await served.answersWith(width);
    await until(() => deployment.status.problem === undefined, 'the end of the problem');
    expect(served.refusals.slice(before.refusals).map(({ error: { code } }) => code)).toEqual([fault.code]);
    expect(load.failures).toEqual([]);
  });
});

describe('a worker that is killed while it runs a request', () => {
  it('takes that one request with it, and its place is taken', async () => {
    const served = await ServedModel.start({ ...installed, isolation: 'process', versioned: false });
    try {
      const { load, deployment } = served;
      const [worker] = workerProcesses();
      // It stands still with the request of one client in its hands, that of the other waits.
      kill(worker, 'SIGSTOP');
      const workers = () => deployment.status.versions[0].workers;
      await until(() => workers().running + workers().queued === 2, 'two requests');
      kill(worker, 'SIGKILL');
      await until(() => load.failures.length > 0, 'the failure of that request');
      await load.more(10);
      expect(load.failures).toHaveLength(1);
      expect(load.failures[0]).toMatchObject({
        code: 'WORKER_CRASHED',
        message: expect.stringMatching(/SIGKILL/),
      });
      const [version] = deployment.status.versions;
      expect(version).toMatchObject({ state: 'ready', workers: { workers: 1, restarts: 1 } });
      expect(served.events).toContainEqual(
        expect.objectContaining({
          kind: 'crashed',
          id: version.id,
          error: expect.objectContaining({
            code: 'WORKER_CRASHED',
            message: expect.stringMatching(/SIGKILL/),
          }),
        }),
      );
      expect(served.log).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          code: 'WORKER_CRASHED',
          message: expect.stringMatching(/SIGKILL/),
        }),
      );
      const files = served.nextFiles();
      files.good(20);
      await served.answersWith(20);
      expect(load.failures).toHaveLength(1);
    } finally {
      await served.stop();
    }
    expect(workerProcesses()).toEqual([]);
  });
});
