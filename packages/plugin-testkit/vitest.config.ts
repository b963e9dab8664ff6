import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite/plugin-testkit',
  resolve: { conditions: ['@care/source'] },
  ssr: { resolve: { conditions: ['@care/source'] } },
  test: { name: 'plugin-testkit', include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 30_000 },
});
