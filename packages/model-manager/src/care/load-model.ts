import {
  type CareError,
  type CompositeModelRegistry,
  type Logger,
  type ResolvedModel,
} from '@care/registry-core';
import type { ImageLimits } from '@care/vision';
import type { BackendSurvey } from '../negotiation/backend-survey.js';
import { openFirst } from '../negotiation/candidate-attempts.js';
import type { MeasuredLatencies } from '../negotiation/measured-latencies.js';
import { negotiate } from '../negotiation/negotiate.js';
import type { Candidate, CandidateVerdict } from '../negotiation/negotiation.js';
import type { LoadOptions } from '../model/load-options.js';
import { PooledModel } from '../model/pooled-model.js';
import type { ServedBy } from '../model/prediction.js';
import { WorkerPool } from '../pool/worker-pool.js';
import { workerStarter } from '../transport/start-worker.js';
import type { BackendRequest, OpenedModel, OpenRequest } from '../worker/worker-protocol.js';
import { loadSettings, type LoadSettings } from './load-settings.js';
import type { PluginSet } from './plugin-set.js';

export interface LoadContext {
  readonly registry: CompositeModelRegistry;
  readonly plugins: PluginSet;
  readonly survey: BackendSurvey;
  readonly measured?: MeasuredLatencies | undefined;
  /** Sent to workers when the host gave an environment of its own. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly imageLimits?: Partial<ImageLimits> | undefined;
  readonly onDispose: (model: PooledModel) => void;
}

export interface LoadLimits {
  /** Ends the load at any step. */
  readonly signal: AbortSignal;
  /** Runs a download outside the time that the load may take. */
  readonly whileDownloading: <T>(download: () => Promise<T>) => Promise<T>;
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
 * Fetches what was resolved and opens it in workers: the first candidate, in the order of the negotiation, that can be used.
 * @throws CareError, ContentUnchanged
 */
export async function openResolved(
  resolved: ResolvedModel,
  options: LoadOptions,
  { signal, whileDownloading }: LoadLimits,
  context: LoadContext,
  moment: OpenMoment = {},
): Promise<PooledModel> {
  const settings = loadSettings(options);
  const { plugins, survey, measured } = context;
  const ranked = await negotiate(resolved.package, options, plugins, survey, { measured });
  const fetched = new Map<string, ResolvedModel>();
  const open = async (candidate: Candidate): Promise<OpenedCandidate> => {
    const { id } = candidate.variant;
    const local =
      fetched.get(id) ??
      (await whileDownloading(() => fetchVariant(resolved, candidate, options, signal, context)));
    fetched.set(id, local);
    return await openCandidate(local, candidate, settings, signal, context, moment);
  };
  const skipped = (verdict: CandidateVerdict): void =>
    plugins.logger.warn({ model: resolved.package.modelId, ...verdict }, 'a way to run the model is skipped');
  const { opened: found, verdicts } = await openFirst(resolved.package, ranked, signal, open, skipped);
  const { local, candidate, pool, opened } = found;
  warnIfStale(local, plugins.logger);
  const model: PooledModel = new PooledModel({
    resolved: local,
    servedBy: servedBy(local, candidate, opened),
    candidates: verdicts,
    opened,
    pool,
    isolation: settings.isolation,
    replicas: settings.replicas,
    imageLimits: context.imageLimits,
    onDispose: () => context.onDispose(model),
  });
  return model;
}

interface OpenedCandidate {
  readonly local: ResolvedModel;
  readonly candidate: Candidate;
  readonly pool: WorkerPool;
  readonly opened: OpenedModel;
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

async function openCandidate(
  resolved: ResolvedModel,
  candidate: Candidate,
  settings: LoadSettings,
  signal: AbortSignal,
  context: LoadContext,
  { unlessSha256, pinnedSha256, ...events }: OpenMoment,
): Promise<OpenedCandidate> {
  const { plugins, imageLimits } = context;
  const { variant, backend, device } = candidate;
  const { isolation, replicas, threads, maxBatch, queueLimit, maxModelBytes, stuckAfterMs, timeoutMs } =
    settings;
  signal.throwIfAborted();
  const open: OpenRequest = {
    backend: backendRequest(plugins, backend, context.env),
    package: settings.probes ? resolved.package : { ...resolved.package, probes: [] },
    variantId: variant.id,
    maxModelBytes,
    maxBatch,
    ...(unlessSha256 === undefined ? {} : { unlessSha256 }),
    ...(pinnedSha256 === undefined ? {} : { pinnedSha256 }),
    ...(device === undefined ? {} : { device }),
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
  return { local: resolved, candidate, pool, opened: await pool.open(signal) };
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

function servedBy(resolved: ResolvedModel, { variant, backend }: Candidate, opened: OpenedModel): ServedBy {
  const { modelId, version, stale } = resolved.package;
  const { device, sha256 } = opened;
  return {
    id: modelId,
    ...(version === undefined ? {} : { version }),
    registry: resolved.registry,
    variant: variant.id,
    backend: backend.name,
    device,
    sha256,
    ...(stale === undefined ? {} : { stale }),
  };
}

/** Once for each load, whichever registry it is. */
function warnIfStale(resolved: ResolvedModel, logger: Logger): void {
  const { stale } = resolved.package;
  if (stale === undefined) return;
  const { since, reason } = stale;
  logger.warn(
    { model: resolved.package.modelId, registry: resolved.registry, since, reason },
    `model ${modelName(resolved)} runs from the cache, as registry ${resolved.registry} described it at ${since}: ${reason}`,
  );
}

function modelName({ package: { modelId, version } }: ResolvedModel): string {
  return version === undefined ? modelId : `${modelId}@${version}`;
}
