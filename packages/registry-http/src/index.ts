import { defineRegistry } from '@care/registry-core';
import { HttpRegistry, REGISTRY_NAME } from './http-registry.js';
import { optionsSchema, settingsOf } from './options.js';

export { optionsSchema, type HttpOptions } from './options.js';
export { HttpRegistry } from './http-registry.js';
export { indexSchema } from './served/served-models.js';

export default defineRegistry({
  name: REGISTRY_NAME,
  options: optionsSchema,
  create: (options, context) => new HttpRegistry(settingsOf(options, context), context),
});
