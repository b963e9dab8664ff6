import { defineRegistry, deferredRegistry } from '@care/registry-core';
import { optionsSchema, settingsOf } from './options.js';
import { REGISTRY_NAME } from './registry-name.js';

export { optionsSchema, type RoboflowOptions, type Settings } from './options.js';

/** The registry plugin `roboflow`; a host that never asks it does not load what it is built upon. */
export default defineRegistry({
  name: REGISTRY_NAME,
  options: optionsSchema,
  create: (options, context) => {
    const settings = settingsOf(options, context);
    return deferredRegistry(REGISTRY_NAME, async () => {
      const { RoboflowRegistry } = await import('./roboflow-registry.js');
      return new RoboflowRegistry(settings, context.logger, context.env);
    });
  },
});
