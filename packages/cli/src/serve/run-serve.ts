import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createModelServer, createServerLogger } from '@care/server';
import type { CliIo } from '../cli-io.js';
import type { ServeCommandOptions } from '../commands/serve.js';
import { EXIT } from '../exit-code.js';
import { hostRoot } from '../host/host-root.js';
import { choiceOf } from '../host/load-model.js';
import { openCare } from '../host/open-care.js';
import { definedOnly } from '../options/defined-only.js';
import { adminToken } from './admin-token.js';

const SECOND = 1000;

/** Serves until it is asked to stop. @returns the exit code */
export async function runServe(options: ServeCommandOptions, io: CliIo): Promise<number> {
  const token = await adminToken(options, io);
  const logger = createServerLogger(options.logLevel);
  const { isolation, replicas, queueLimit, threads, models, memoryBudget } = options;
  await using care = await openCare(options, io, {
    logger,
    imageLimits: { maxPixels: options.maxPixels, maxBytes: options.maxBody },
  });
  const server = await createModelServer({
    care,
    logger,
    ...definedOnly<{ models: readonly string[]; adminToken: string }>({ models, adminToken: token }),
    deployment: {
      stateDirectory: stateDirectory(options, io),
      keepWarmMs: options.keepWarm * SECOND,
      drainMs: options.drainSeconds * SECOND,
      ...definedOnly<{ memoryBudget: number }>({ memoryBudget }),
      load: {
        isolation,
        replicas,
        queueLimit,
        ...choiceOf(options),
        ...definedOnly({ threads }),
      },
    },
    maxBodyBytes: options.maxBody,
    requestTimeoutMs: options.requestTimeout * SECOND,
    drainMs: options.drainSeconds * SECOND,
    nvMetrics: options.nvMetrics ?? false,
  });
  io.endsWhenStopped?.();
  try {
    const url = await server.listen({ host: options.host, port: options.port });
    io.stdout.write(options.json === true ? `${JSON.stringify({ url })}\n` : `${url}\n`);
    // What keeps the registries from listing ends the command; a model that cannot be loaded does not.
    await Promise.race([server.started(), stopped(io.signal)]);
    await stopped(io.signal);
  } finally {
    await server.close();
  }
  return EXIT.done;
}

/** Beside the application that serves, so that two of them never share what they remember. */
function stateDirectory({ stateDir, root }: ServeCommandOptions, io: CliIo): string {
  if (stateDir !== undefined) return resolve(io.cwd, stateDir);
  return join(hostRoot(io.cwd, root) ?? io.cwd, '.care', 'deployments');
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
