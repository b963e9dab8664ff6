import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../../node_modules/.vite/backend-wasm',
  resolve: { conditions: ['@care/source'] },
  ssr: { resolve: { conditions: ['@care/source'] } },
  test: {
    name: 'backend-wasm',
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
  },
});
