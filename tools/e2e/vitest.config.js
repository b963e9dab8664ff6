import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite/e2e',
  test: {
    name: 'e2e',
    include: ['src/**/*.test.mjs'],
    environment: 'node',
    // npm installs and starts of whole processes, on machines that do other things at the same time.
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
