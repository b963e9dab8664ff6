import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWithModel, type TemporaryHost } from '../care-bin.fixture.js';

const PICTURES = 300;
let host: TemporaryHost;
beforeAll(async () => {
  host = hostWithModel({ slow: true });
  const bytes = readFileSync(await host.picture('photos/0.jpg'));
  for (let index = 1; index < PICTURES; index++) host.write(`photos/${index}.jpg`, bytes);
});
afterAll(() => host[Symbol.dispose]());

describe.skipIf(process.platform === 'win32')('an interrupted care predict', () => {
  it.each([
    ['SIGINT', 130, 'thread'],
    ['SIGTERM', 143, 'process'],
  ] as const)(
    '%s: frees its workers, keeps what was written, exits with %d (%s)',
    async (signal, exitCode, isolation) => {
      const out = `out-${isolation}`;
      const { code, lines, stderr } = await host.run(
        ['predict', 'photos', '--model', 'fake', '--json', '--save', out, '--isolation', isolation],
        { interrupt: (stdout) => (stdout.split('\n').length > 3 ? signal : undefined) },
      );
      expect(code).toBe(exitCode);
      expect(lines.length).toBeGreaterThanOrEqual(3);
      expect(lines.length).toBeLessThan(PICTURES);
      for (const text of lines) expect(JSON.parse(text)).toHaveProperty('predictions');
      expect(stderr).toMatch(/\d+ done, 0 failed, \d+ not begun or cancelled/);
      const written = readdirSync(host.path(out));
      expect(written.length).toBeGreaterThanOrEqual(lines.length);
      expect(written.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );

  it('ends quietly when nobody reads its output', async () => {
    const { spawn } = await import('node:child_process');
    const bin = new URL('../../bin/care.js', import.meta.url);
    const child = spawn(
      process.execPath,
      [bin.pathname, 'predict', 'photos', '--model', 'fake', '--json', '--quiet'],
      {
        cwd: host.dir,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await Promise.race([closed, sleep(20_000, 'still running')])).toBe(141);
    expect(stderr).toBe('');
  });
});
