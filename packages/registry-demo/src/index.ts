import { defineRegistry } from '@care/registry-core';
import { z } from 'zod';
import { DemoRegistry } from './demo-registry.js';

export { demoPictures } from './bundled-files.js';
export { DemoRegistry } from './demo-registry.js';

/** The plugin: the registry `demo`, without options. */
export default defineRegistry({
  name: 'demo',
  options: z.strictObject({}),
  create: () => new DemoRegistry(),
});
