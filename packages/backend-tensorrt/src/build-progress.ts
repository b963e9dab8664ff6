import type { Logger } from '@care/registry-core';

/**
 * Tells at intervals that an engine is still being built, and in the end how long it took: TensorRT says nothing itself, and takes
 * minutes. The first line comes after one interval, so that an engine from the cache is not announced.
 */
export async function withBuildProgress<T>(
  build: Promise<T>,
  { model, everySeconds, logger }: { model: string; everySeconds: number; logger: Logger },
): Promise<{ readonly result: T; readonly seconds: number }> {
  const start = performance.now();
  const elapsed = () => Math.round((performance.now() - start) / 10) / 100;
  const lines = { told: 0 };
  const telling = setInterval(() => {
    lines.told++;
    logger.info(
      { backend: 'tensorrt', model, elapsedSeconds: elapsed() },
      'TensorRT is building an engine for this GPU; the first start takes minutes',
    );
  }, everySeconds * 1000);
  try {
    const result = await build;
    const seconds = elapsed();
    if (lines.told > 0)
      logger.info({ backend: 'tensorrt', model, elapsedSeconds: seconds }, 'the engine is built');
    return { result, seconds };
  } finally {
    clearInterval(telling);
  }
}
