import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite/vision',
  resolve: { conditions: ['@care/source'] },
  ssr: { resolve: { conditions: ['@care/source'] } },
  test: { name: 'vision', include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 30_000 },
});
