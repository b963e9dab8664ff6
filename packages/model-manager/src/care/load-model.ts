import {
  isCareError,
  type CareError,
  type CompositeModelRegistry,
  type ResolvedModel,
} from '@care/registry-core';
import type { ImageLimits } from '@care/vision';
import type { LoadOptions } from '../model/load-options.js';
import { PooledModel } from '../model/pooled-model.js';
import type { ServedBy } from '../model/prediction.js';
import { WorkerPool } from '../pool/worker-pool.js';
import { workerStarter } from '../transport/start-worker.js';
import type { BackendRequest, OpenedModel, OpenRequest } from '../worker/worker-protocol.js';
import { loadSettings, type LoadSettings } from './load-settings.js';
import { findCandidates, nothingOpens, type BackendFormats, type Candidate } from './open-candidates.js';
import type { PluginSet } from './plugin-set.js';

export interface LoadContext {
  readonly registry: CompositeModelRegistry;
  readonly plugins: PluginSet;
  readonly formats: BackendFormats;
  /** Sent to workers when the host gave an environment of its own. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly imageLimits?: Partial<ImageLimits> | undefined;
  readonly onDispose: (model: PooledModel) => void;
}

/** What concerns one opening of a version that is live in another content already. */
export interface OpenMoment {
  /** By artifact name; the same content is not opened again: `ContentUnchanged` is thrown. */
  readonly unlessSha256?: Readonly<Record<string, string>>;
  /** By artifact name; another content is refused: ARTIFACT_CORRUPT. */
  readonly pinnedSha256?: Readonly<Record<string, string>>;
  readonly onWarming?: () => void;
  /** One of its workers died and is replaced. */
  readonly onCrashed?: (reason: CareError) => void;
  /** Its workers cannot be started any more. */
  readonly onOutOfOrder?: (reason: CareError) => void;
}

/**
 * Fetches what was resolved and opens it in workers: the first candidate whose backend is available. `signal` stops it at any step.
 * @throws CareError, ContentUnchanged
 */
export async function openResolved(
  resolved: ResolvedModel,
  options: LoadOptions,
  signal: AbortSignal,
  context: LoadContext,
  moment: OpenMoment = {},
): Promise<PooledModel> {
  const settings = loadSettings(options);
  const { plugins, formats } = context;
  const { candidates, skipped } = await findCandidates(resolved.package, options, plugins, formats);
  const fetched = new Map<string, ResolvedModel>();
  for (const candidate of candidates) {
    const { variant, backend } = candidate;
    const local =
      fetched.get(variant.id) ?? (await fetchVariant(resolved, candidate, options, signal, context));
    fetched.set(variant.id, local);
    try {
      return await openModel(local, candidate, options, settings, signal, context, moment);
    } catch (error) {
      const next = isCareError(error, 'BACKEND_UNAVAILABLE') && options.backend === undefined;
      if (!next || candidates.length + skipped.length === 1) throw error;
      skipped.push({ variant: variant.id, backend: backend.name, reason: error.message });
    }
  }
  throw nothingOpens(resolved.package, skipped);
}

function fetchVariant(
  resolved: ResolvedModel,
  { variant }: Candidate,
  { onProgress }: LoadOptions,
  signal: AbortSignal,
  { registry }: LoadContext,
): Promise<ResolvedModel> {
  return registry.fetch(resolved, variant.id, {
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

async function openModel(
  resolved: ResolvedModel,
  { variant, backend }: Candidate,
  options: LoadOptions,
  settings: LoadSettings,
  signal: AbortSignal,
  context: LoadContext,
  { unlessSha256, pinnedSha256, ...events }: OpenMoment,
): Promise<PooledModel> {
  const { plugins, imageLimits } = context;
  const { isolation, replicas, threads, maxBatch, queueLimit, maxModelBytes, stuckAfterMs, timeoutMs } =
    settings;
  signal.throwIfAborted();
  const open: OpenRequest = {
    backend: backendRequest(plugins, backend, context.env),
    package: resolved.package,
    variantId: variant.id,
    maxModelBytes,
    maxBatch,
    ...(unlessSha256 === undefined ? {} : { unlessSha256 }),
    ...(pinnedSha256 === undefined ? {} : { pinnedSha256 }),
    ...(options.device === undefined ? {} : { device: options.device }),
    ...(threads === undefined ? {} : { threads }),
    ...(imageLimits === undefined ? {} : { imageLimits }),
  };
  const pool = new WorkerPool({
    modelName: modelName(resolved),
    start: workerStarter(isolation),
    open,
    replicas,
    queueLimit,
    openTimeoutMs: timeoutMs,
    stuckAfterMs,
    logger: plugins.logger,
    ...events,
  });
  const opened = await pool.open(signal);
  const model: PooledModel = new PooledModel({
    resolved,
    servedBy: servedBy(resolved, variant.id, backend.name, opened),
    opened,
    pool,
    isolation,
    replicas,
    imageLimits,
    onDispose: () => context.onDispose(model),
  });
  return model;
}

export function backendRequest(
  plugins: PluginSet,
  descriptor: BackendRequest['descriptor'],
  env: BackendRequest['env'],
): BackendRequest {
  return {
    descriptor,
    options: plugins.optionsOf(descriptor),
    rootDir: plugins.context.rootDir,
    ...(env === undefined ? {} : { env }),
  };
}

function servedBy(resolved: ResolvedModel, variant: string, backend: string, opened: OpenedModel): ServedBy {
  const { modelId, version } = resolved.package;
  const { device, sha256 } = opened;
  return {
    id: modelId,
    ...(version === undefined ? {} : { version }),
    registry: resolved.registry,
    variant,
    backend,
    device,
    sha256,
  };
}

function modelName({ package: { modelId, version } }: ResolvedModel): string {
  return version === undefined ? modelId : `${modelId}@${version}`;
}
