import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite/registry-http',
  resolve: { conditions: ['@care/source'] },
  ssr: { resolve: { conditions: ['@care/source'] } },
  test: {
    name: 'registry-http',
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
  },
});
