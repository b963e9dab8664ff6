import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite/artifact-store',
  resolve: { conditions: ['@care/source'] },
  ssr: { resolve: { conditions: ['@care/source'] } },
  test: { name: 'artifact-store', include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 30_000 },
});
