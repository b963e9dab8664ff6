import { defineBackend } from '@care/registry-core';
import { createWasmBackend } from './wasm-backend.js';
import { optionsSchema } from './options.js';

export { createWasmBackend } from './wasm-backend.js';
export { optionsSchema, type WasmOptions } from './options.js';

export default defineBackend({
  name: 'wasm',
  options: optionsSchema,
  create: createWasmBackend,
});
