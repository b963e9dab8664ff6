import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry, type Logger, type ModelRegistry } from '@care/registry-core';
import { onTestFinished } from 'vitest';
import plugin, { type RoboflowOptions } from './index.js';
import { API_KEY, roboflowServer, type RoboflowServer } from './testing/roboflow-server.js';

/** Lines that the registry logged, with their fields. */
export interface Log {
  readonly lines: string[];
  readonly logger: Logger;
}

export function keepingLog(): Log {
  const lines: string[] = [];
  const keep =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return {
    lines,
    logger: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') },
  };
}

export interface SetUp {
  readonly options?: RoboflowOptions;
  readonly env?: Readonly<Record<string, string>>;
  readonly offline?: boolean;
  /** A cache that another registry has filled. */
  readonly cacheDir?: string;
  readonly log?: Log;
}

/** A new folder, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-roboflow-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server, closed when the test ends. */
export async function startServer(): Promise<RoboflowServer> {
  const server = await roboflowServer();
  onTestFinished(() => server.close());
  return server;
}

/** A registry of that server made as a host makes it, disposed when the test ends. */
export async function registryOf(
  server: { readonly origin: string },
  setUp: SetUp = {},
): Promise<ModelRegistry> {
  const cacheDir = setUp.cacheDir ?? (await temporaryFolder());
  const registry = createRegistry(
    plugin,
    { apiUrl: server.origin, cacheDir, attempts: 2, ...setUp.options },
    {
      rootDir: cacheDir,
      env: { ROBOFLOW_API_KEY: API_KEY, ...setUp.env },
      logger: (setUp.log ?? keepingLog()).logger,
      ...(setUp.offline === undefined ? {} : { offline: setUp.offline }),
    },
  );
  onTestFinished(() => registry.dispose?.());
  return registry;
}
