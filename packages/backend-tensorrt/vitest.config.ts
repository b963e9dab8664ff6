import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite/backend-tensorrt',
  resolve: { conditions: ['@care/source'] },
  ssr: { resolve: { conditions: ['@care/source'] } },
  test: {
    name: 'backend-tensorrt',
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
  },
});
