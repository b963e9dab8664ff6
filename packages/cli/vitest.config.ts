import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: '../../node_modules/.vite/cli',
  resolve: { conditions: ['@care/source'] },
  ssr: { resolve: { conditions: ['@care/source'] } },
  test: { name: 'cli', include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
