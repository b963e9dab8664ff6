import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { greyFrame, scriptedHost, type ScriptedHost } from '../testing/scripted-host.fixture.js';
import { VersionedRegistry } from '../testing/versioned-registry.fixture.js';
import type { Deployment } from './deployment.js';

let host: ScriptedHost;
let registry: VersionedRegistry;
let warnings: string[];
beforeEach(async () => {
  host = await scriptedHost();
  registry = new VersionedRegistry(host.root);
  warnings = [];
  await registry.put('1.0.0', 'width=8');
  await registry.put('1.1.0', 'width=12');
});
afterEach(() => host.dispose());

const stateDirectory = (): string => join(host.root, 'state');

async function deploy(directory = stateDirectory()): Promise<Deployment> {
  const warn = (_fields: object, message: string): void => void warnings.push(message);
  const silent = (): void => undefined;
  const logger = { debug: silent, info: silent, error: silent, warn };
  const care = await host.care({ registries: [registry], logger });
  return await care.deploy('grey', { stateDirectory: directory });
}

const served = async (deployment: Deployment): Promise<string | undefined> =>
  (await deployment.predict(greyFrame(100))).model.version;

/** A deployment whose 1.1.0 was rolled back, and that has ended. */
async function rolledBack(): Promise<void> {
  const deployment = await deploy();
  expect(await served(deployment)).toBe('1.1.0');
  await deployment.deploy({ traffic: { '1.0.0': 1 } });
  await deployment.deploy({ traffic: { '1.1.0': 1 } });
  await deployment.rollback('too many false alarms');
  expect(await served(deployment)).toBe('1.0.0');
  await deployment.dispose();
}

describe('a restart', () => {
  it('does not promote again what was rolled back before, and knows the history', async () => {
    await rolledBack();
    const deployment = await deploy();
    expect(await served(deployment)).toBe('1.0.0');
    expect(deployment.status.latched).toEqual(['1.1.0']);
    expect(
      deployment.history.map(({ reason, detail, traffic }) => [reason, detail, Object.keys(traffic)]),
    ).toEqual([
      ['start', 'first versions', ['1.1.0']],
      ['deploy', 'asked by the host', ['1.0.0']],
      ['deploy', 'asked by the host', ['1.1.0']],
      ['rollback', 'too many false alarms', ['1.0.0']],
      ['start', 'as it was before the restart', ['1.0.0']],
    ]);
    await deployment.deploy({ traffic: { '1.1.0': 1 } });
    await deployment.dispose();
    // The host named it, so it is live after the next restart as well.
    expect(await served(await deploy())).toBe('1.1.0');
  });

  it('takes other content of the version that was rolled back', async () => {
    await rolledBack();
    await registry.put('1.1.0', 'width=10');
    expect(await served(await deploy())).toBe('1.1.0');
  });

  it.each(['', '{', '[]', '{"format":2}', '{"format":1,"history":[{}],"latches":{}}'])(
    'goes on without a file that holds %j',
    async (text) => {
      await mkdir(stateDirectory());
      await writeFile(join(stateDirectory(), 'grey.json'), text);
      expect(await served(await deploy())).toBe('1.1.0');
      expect(warnings).toContain('what is remembered of a deployment cannot be read and is left out');
    },
  );

  it('serves as well where nothing can be written', async () => {
    const file = join(host.root, 'a-file');
    await writeFile(file, '');
    const deployment = await deploy(join(file, 'state'));
    expect(await served(deployment)).toBe('1.1.0');
    await deployment.dispose();
    expect(warnings).toContain('the history of a deployment cannot be written; a restart will not know it');
  });

  it('leaves one whole file', async () => {
    await rolledBack();
    await sleep(10);
    expect(await readdir(stateDirectory())).toEqual(['grey.json']);
    expect(JSON.parse(await readFile(join(stateDirectory(), 'grey.json'), 'utf8'))).toMatchObject({
      format: 1,
    });
  });
});
