import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../node_modules/.vite/tools',
  test: {
    name: 'tools',
    include: ['**/*.test.mjs'],
    exclude: ['e2e/**', '**/node_modules/**'],
    environment: 'node',
    testTimeout: 60_000,
  },
});
