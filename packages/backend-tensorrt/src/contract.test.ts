import { backendContract } from '@care/plugin-testkit';
import { createBackend } from '@care/registry-core';
import { describe } from 'vitest';
import { context, cpuEngine, hasLibrary } from './cpu-engine.fixture.js';
import definition from './index.js';

describe('the plugin', () => {
  // Where there is no GPU, the suite asks that the backend says so by every way.
  backendContract(() => ({ backend: createBackend(definition, {}, context), definition }));
});

describe.skipIf(!hasLibrary)('its sessions over the C API, on the CPU', () => {
  backendContract(() => ({ backend: cpuEngine() }));
});
