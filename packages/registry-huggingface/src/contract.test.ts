import { registryContract } from '@care/plugin-testkit';
import { createRegistry, silentLogger } from '@care/registry-core';
import { classifierFiles } from './testing/hub-models.fixture.js';
import { HubHost } from './testing/hub-host.fixture.js';
import plugin from './index.js';

registryContract(async () => {
  const host = await HubHost.open();
  await host.server.publish('care/postures', classifierFiles());
  await host.server.publish('care/broken', { ...classifierFiles(), 'config.json': '{' });
  return {
    registry: createRegistry(plugin, {}, { rootDir: host.folder, env: host.env, logger: silentLogger }),
    definition: plugin,
    has: 'care/postures',
    missing: 'care/nothing',
    broken: { reference: 'care/broken', code: 'MANIFEST_INVALID' },
    dispose: () => host.close(),
  };
});
