import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger, type Logger } from '@care/registry-core';
import { expect, it } from 'vitest';
import { withBuildProgress } from './build-progress.js';

function told(): { logger: Logger; lines: { fields: object; message: string }[] } {
  const lines: { fields: object; message: string }[] = [];
  return {
    lines,
    logger: { ...silentLogger, info: (fields, message) => void lines.push({ fields, message }) },
  };
}

it('tells of a long build at intervals, with the time gone by, and of its end', async () => {
  const { logger, lines } = told();
  const build = sleep(120, 'session');
  const { result, seconds } = await withBuildProgress(build, { model: 'm.onnx', everySeconds: 0.02, logger });
  expect(result).toBe('session');
  expect(seconds).toBeGreaterThanOrEqual(0.1);
  expect(lines.length).toBeGreaterThanOrEqual(2);
  expect(lines[0]).toMatchObject({ fields: { backend: 'tensorrt', model: 'm.onnx' } });
  expect(lines[0]?.message).toMatch(/building an engine/);
  expect(lines.at(-1)?.message).toMatch(/is built/);
});

it('is silent when the engine was there, and lets a failure through', async () => {
  const { logger, lines } = told();
  const settings = { model: 'm.onnx', everySeconds: 10, logger };
  await withBuildProgress(Promise.resolve(1), settings);
  await expect(withBuildProgress(Promise.reject(new Error('no')), settings)).rejects.toThrow('no');
  expect(lines).toEqual([]);
});
