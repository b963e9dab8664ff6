import { defineBackend } from '@care/registry-core';
import { ortOptionsSchema } from './options.js';
import { createOrtBackend } from './ort-backend.js';

export { ORT_DEVICES, ortOptionsSchema, type OrtDevice, type OrtOptions } from './options.js';
export { createOrtBackend } from './ort-backend.js';

export default defineBackend({
  name: 'ort',
  options: ortOptionsSchema,
  create: (options, context) => createOrtBackend(options, context),
});
