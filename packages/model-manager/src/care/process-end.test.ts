import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  detectorPackage,
  scriptedHost,
  scriptedVariant,
  type ScriptedHost,
} from '../testing/scripted-host.fixture.js';

const execute = promisify(execFile);
/** Scripts run what was built, as an application does. */
const MANAGER = new URL('../../dist/index.js', import.meta.url).href;

let host: ScriptedHost;
beforeEach(async () => {
  host = await scriptedHost();
});
afterEach(async () => {
  await host.dispose();
});

/** Runs a script that has `care` and `frame(grey)`; one that does not end is killed and fails. */
async function runScript(body: string): Promise<{ stdout: string; stderr: string }> {
  const model = JSON.stringify(detectorPackage([scriptedVariant(host.modelFile)]));
  const script = `
    import { createCare } from ${JSON.stringify(MANAGER)};
    const registry = { contract: 1, name: 'test', resolve: async () => (${model}) };
    const care = await createCare({ root: ${JSON.stringify(host.root)}, registries: [registry] });
    const frame = (grey) => ({ data: new Uint8Array(3072).fill(grey), width: 32, height: 32, format: 'rgb' });
    ${body}`;
  return await execute(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
    cwd: host.root,
  });
}

describe.each(['thread', 'process'] as const)('a script with isolation: %s', (isolation) => {
  const load = `const model = await care.load('grey', { isolation: '${isolation}', replicas: 2 });`;

  it('ends after dispose', async () => {
    const { stdout } = await runScript(`${load}
      await model.predict(frame(10)); await model.dispose(); console.log('end');`);
    expect(stdout).toBe('end\n');
  });

  it('ends when it forgets to dispose: an idle model keeps nothing alive', async () => {
    const { stdout } = await runScript(`${load} await model.predict(frame(10)); console.log('end');`);
    expect(stdout).toBe('end\n');
  });

  it('stays alive while somebody waits for an answer', async () => {
    const { stdout } = await runScript(`${load}
      model.predict([frame(203), frame(203), frame(203)]).then((all) => console.log('answers', all.length));`);
    expect(stdout).toBe('answers 3\n');
  });

  it('keeps its stdout to itself: what plugins print goes to stderr', async () => {
    const { stdout, stderr } = await runScript(
      `${load} await model.predict(frame(207)); await model.dispose();`,
    );
    expect(stdout).toBe('');
    expect(stderr).toContain('a plugin prints in process');
  });

  it('leaves no worker behind when it ends in the middle of a prediction', async () => {
    const { stdout, stderr } = await runScript(`${load}
      await model.predict(frame(207));
      void model.predict(frame(203));
      console.log(process.pid);
      setTimeout(() => process.exit(0), 50);`);
    const worker = Number(/in process (\d+)/.exec(stderr)?.[1]);
    expect(worker === Number(stdout)).toBe(isolation === 'thread');
    for (let tries = 0; isRunning(worker) && tries < 500; tries++) await sleep(10);
    expect(isRunning(worker)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // signal 0 only asks; there is no such process
  }
}
