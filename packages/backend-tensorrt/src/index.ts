import { defineBackend } from '@care/registry-core';
import { tensorRtOptionsSchema } from './options.js';
import { createTensorRtBackend } from './tensorrt-backend.js';

export { tensorRtOptionsSchema, type TensorRtOptions } from './options.js';
export { createTensorRtBackend } from './tensorrt-backend.js';

export default defineBackend({
  name: 'tensorrt',
  options: tensorRtOptionsSchema,
  create: (options, context) => createTensorRtBackend(options, context),
});
