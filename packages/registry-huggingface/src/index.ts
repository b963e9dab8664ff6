import { defineRegistry, deferredRegistry } from '@care/registry-core';
import { settingsOf } from './environment.js';
import { optionsSchema } from './options.js';
import { REGISTRY_NAME } from './registry-name.js';

export { optionsSchema, type HuggingfaceOptions, type ModelOptions } from './options.js';
export { settingsOf, type Settings } from './environment.js';

/** The plugin: the registry `huggingface`; a host that never asks it does not load what it is built upon. */
export default defineRegistry({
  name: REGISTRY_NAME,
  options: optionsSchema,
  create: (options, context) => {
    const settings = settingsOf(options, context);
    return deferredRegistry(REGISTRY_NAME, async () => {
      const { HuggingfaceRegistry } = await import('./huggingface-registry.js');
      return new HuggingfaceRegistry(settings, context);
    });
  },
});
