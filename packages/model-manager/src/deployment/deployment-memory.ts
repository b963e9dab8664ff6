import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, type Logger } from '@care/registry-core';
import { z } from 'zod';
import type { DeploymentRecord } from './deployment.js';
import type { Latch } from './rollback-latches.js';

/** What a deployment knows of its past. Plain data. */
export interface RememberedDeployment {
  /** Oldest first. */
  readonly history: readonly DeploymentRecord[];
  /** By version; `''` is the unversioned one. */
  readonly latches: Readonly<Record<string, Latch>>;
}

const NOTHING: RememberedDeployment = { history: [], latches: {} };

const texts = z.record(z.string(), z.string());
const rememberedSchema = z.object({
  format: z.literal(1),
  history: z.array(
    z.object({
      generation: z.number(),
      at: z.iso.datetime(),
      reason: z.enum(['start', 'registry', 'deploy', 'rollback', 'guard']),
      detail: z.string(),
      traffic: z.record(z.string(), z.number()),
      shadow: z.array(z.string()),
      sha256: texts,
    }),
  ),
  latches: z.record(
    z.string(),
    z.object({ packageKey: z.string(), artifactSha256: texts, specKey: z.string() }),
  ),
});

/**
 * The past of one deployment in a file, so that a restart neither forgets what was rolled back nor promotes it again. What cannot be read
 * or written is logged and costs the memory, never the service.
 */
export class DeploymentMemory {
  readonly #path: string;
  readonly #directory: string;
  readonly #logger: Logger;
  #next: RememberedDeployment | undefined;
  #writing: Promise<void> | undefined;

  constructor(directory: string, modelId: string, logger: Logger) {
    this.#directory = directory;
    // A model id may hold slashes, and a file name may not.
    this.#path = join(directory, `${encodeURIComponent(modelId)}.json`);
    this.#logger = logger;
  }

  async read(): Promise<RememberedDeployment> {
    try {
      const { history, latches } = rememberedSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')));
      return { history, latches };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NOTHING;
      this.#warn('what is remembered of a deployment cannot be read and is left out', error);
      return NOTHING;
    }
  }

  /** Written soon; of several states only the last one has to be. */
  save(state: RememberedDeployment): void {
    this.#next = state;
    this.#writing ??= this.#write();
  }

  /** Resolves when all that was saved is on the disk. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      await mkdir(this.#directory, { recursive: true });
      while (this.#next !== undefined) {
        const state = this.#next;
        this.#next = undefined;
        await writeFile(temporary, `${JSON.stringify({ format: 1, ...state })}\n`);
        await rename(temporary, this.#path);
      }
    } catch (error) {
      this.#next = undefined;
      this.#warn('the history of a deployment cannot be written; a restart will not know it', error);
      // Where nothing can be written there may be nothing to remove either; the reason has been told.
      await rm(temporary, { force: true }).catch(() => undefined);
    } finally {
      this.#writing = undefined;
    }
  }

  #warn(message: string, error: unknown): void {
    this.#logger.warn({ path: this.#path, reason: errorMessage(error) }, message);
  }
}
