import { defineRegistry } from '@care/registry-core';
import { LocalOnnxRegistry, REGISTRY_NAME } from './local-onnx-registry.js';
import { optionsSchema, settingsOf } from './options.js';

export { LocalOnnxRegistry } from './local-onnx-registry.js';
export { optionsSchema, type LocalOnnxOptions, type Settings } from './options.js';
export {
  validateDirectory,
  type ValidatedModel,
  type ValidateOptions,
  type ValidationReport,
} from './validate-directory.js';

/** The registry plugin `local-onnx`. */
export default defineRegistry({
  name: REGISTRY_NAME,
  options: optionsSchema,
  create: (options, context) => new LocalOnnxRegistry(settingsOf(options, context), context.logger),
});
