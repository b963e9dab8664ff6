import { defineRegistry } from '@care/registry-core';
import { optionsSchema, settingsOf } from './options.js';
import { REGISTRY_NAME, RoboflowRegistry } from './roboflow-registry.js';

export { optionsSchema, type RoboflowOptions, type Settings } from './options.js';
export { RoboflowRegistry } from './roboflow-registry.js';

/** The registry plugin `roboflow`. */
export default defineRegistry({
  name: REGISTRY_NAME,
  options: optionsSchema,
  create: (options, context) =>
    new RoboflowRegistry(settingsOf(options, context), context.logger, context.env),
});
