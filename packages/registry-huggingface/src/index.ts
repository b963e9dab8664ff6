import { defineRegistry } from '@care/registry-core';
import { settingsOf } from './environment.js';
import { HuggingfaceRegistry, REGISTRY_NAME } from './huggingface-registry.js';
import { optionsSchema } from './options.js';

export { optionsSchema, type HuggingfaceOptions, type ModelOptions } from './options.js';
export { HuggingfaceRegistry } from './huggingface-registry.js';
export { settingsOf, type Settings } from './environment.js';

/** The plugin: the registry `huggingface`. */
export default defineRegistry({
  name: REGISTRY_NAME,
  options: optionsSchema,
  create: (options, context) => new HuggingfaceRegistry(settingsOf(options, context), context),
});
