import { defineBackend } from '@care/registry-core';
import { openVinoOptionsSchema } from './options.js';
import { createOpenVinoBackend } from './openvino-backend.js';

export { OPENVINO_DEVICES, openVinoOptionsSchema, type OpenVinoOptions } from './options.js';
export { createOpenVinoBackend } from './openvino-backend.js';

export default defineBackend({
  name: 'openvino',
  options: openVinoOptionsSchema,
  create: createOpenVinoBackend,
});
