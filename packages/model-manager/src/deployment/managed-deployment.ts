import {
  CareError,
  deserializeError,
  serializeError,
  type CompositeModelRegistry,
  type Logger,
  type ResolvedChange,
  type ResolvedModel,
  type SerializedError,
  type Tensor,
} from '@care/registry-core';
import type { ImageInput } from '@care/vision';
import type { OpenMoment } from '../care/load-model.js';
import type { PooledModel } from '../model/pooled-model.js';
import type { Inference, Prediction } from '../model/prediction.js';
import type {
  DeployedInferOptions,
  DeployedPredictOptions,
  Deployment,
  DeploymentEvent,
  DeploymentEventBody,
  DeploymentOptions,
  DeploymentPlan,
  DeploymentReason,
  DeploymentRecord,
  DeploymentStatus,
  ModelSignature,
  VersionStatus,
} from './deployment.js';
import { ChangeProblems } from './change-problems.js';
import { DeploymentMemory } from './deployment-memory.js';
import { deploymentStatus } from './deployment-status.js';
import { DeploymentHistory } from './deployment-history.js';
import { desiredByHost, desiredByRegistry, type DesiredPlan, type DesiredSource } from './desired-plan.js';
import { EventBus } from './event-bus.js';
import type { GuardBreach } from './guard.js';
import { samePlan, versionsOf, type LivePlan } from './live-plan.js';
import type { LiveVersion } from './live-version.js';
import { memoryNow } from './memory-budget.js';
import { MemoryRoom } from './memory-room.js';
import { OperationQueue } from './operation-queue.js';
import { PlanSwitch } from './plan-switch.js';
import { RollbackLatches } from './rollback-latches.js';
import { copyToShadows } from './shadow-traffic.js';
import { chooseVersion } from './version-choice.js';
import { Held, joinRechecks, VersionShelf, type Recheck } from './version-shelf.js';

export interface DeploymentParts {
  readonly modelId: string;
  readonly registryName?: string | undefined;
  readonly registry: CompositeModelRegistry;
  readonly options: DeploymentOptions;
  readonly logger: Logger;
  open(resolved: ResolvedModel, moment: OpenMoment): Promise<PooledModel>;
  onDispose(): void;
}

const DEFAULTS = { keepWarmMs: 300_000, drainMs: 30_000, shadowConcurrency: 4 };

/** Keeps one model id served: one plan is live at any moment, operations on it are carried out one after the other. */
export class ManagedDeployment implements Deployment {
  readonly modelId: string;
  readonly #parts: DeploymentParts;
  readonly #queue = new OperationQueue();
  readonly #latches = new RollbackLatches(() => this.#remember());
  readonly #closing = new AbortController();
  readonly #events: EventBus;
  readonly #history: DeploymentHistory;
  readonly #memory: DeploymentMemory | undefined;
  readonly #shelf: VersionShelf;
  readonly #room: MemoryRoom;
  readonly #plans: PlanSwitch;
  readonly #problems = new ChangeProblems();
  #specKey = '';
  /** The look at the registry that waits in the queue. */
  #nextLook: { recheck: Recheck; readonly done: Promise<void> } | undefined;
  #disposed: Promise<void> | undefined;

  constructor(parts: DeploymentParts) {
    const { modelId, options, logger } = parts;
    this.modelId = modelId;
    this.#parts = parts;
    this.#events = new EventBus(options.observer, logger);
    this.#history = new DeploymentHistory(options.historyLimit, () => this.#remember());
    const { stateDirectory } = options;
    this.#memory =
      stateDirectory === undefined ? undefined : new DeploymentMemory(stateDirectory, modelId, logger);
    this.#room = new MemoryRoom({
      budget: () => options.memoryBudget,
      whenShort: options.whenMemoryShort ?? 'refuse',
      now: () => memoryNow(this.#shelf.processes),
      serving: () => this.#servingVersions.map(({ resolved }) => resolved.package),
      endStandby: () => this.#endStandby(),
      endServing: () => this.#endServing(),
      restoreServing: () => this.#restoreServing(),
    });
    this.#shelf = new VersionShelf({
      latches: this.#latches,
      drainMs: options.drainMs ?? DEFAULTS.drainMs,
      open: (resolved, moment) => parts.open(resolved, moment),
      makeRoom: (model) => this.#room.make(model),
      listener: {
        state: ({ id, version, state, generation }) =>
          this.#emit(generation, { kind: 'state', id, version, state }),
        request: (observation) => this.#events.request(observation),
        crashed: ({ id, version, generation }, reason) =>
          this.#emit(generation, {
            kind: 'crashed',
            id,
            version,
            error: serializeError(reason, 'WORKER_CRASHED'),
          }),
        outOfOrder: (version) => this.#outOfOrder(version),
      },
      drained: ({ id, version, generation }, cut) =>
        this.#emit(generation, { kind: 'drained', id, version, cut }),
    });
    this.#plans = new PlanSwitch({
      shelf: this.#shelf,
      latches: this.#latches,
      history: this.#history,
      keepWarmMs: options.keepWarmMs ?? DEFAULTS.keepWarmMs,
      emit: (generation, event) => this.#emit(generation, event),
      breached: (plan, version, breach) => this.#breached(plan, version, breach),
    });
  }

  get #plan(): LivePlan | undefined {
    return this.#plans.live;
  }

  get ready(): boolean {
    return this.#plan?.arms.some(({ version, weight }) => weight > 0 && version.state === 'ready') ?? false;
  }

  get stickyBy(): string | undefined {
    return this.#plan?.stickyBy;
  }

  signature(version?: string): ModelSignature | undefined {
    if (version !== undefined) return this.#shelf.ready(this.#aliases[version] ?? version)[0]?.signature;
    const arms = this.#plan?.arms.filter((arm) => arm.version.state === 'ready') ?? [];
    return arms.toSorted((a, b) => b.weight - a.weight)[0]?.version.signature;
  }

  get history(): readonly DeploymentRecord[] {
    return this.#history.records;
  }

  get status(): DeploymentStatus {
    return deploymentStatus({
      modelId: this.modelId,
      plans: this.#plans,
      shelf: this.#shelf,
      latches: this.#latches,
      problem: this.#problems.current,
    });
  }

  subscribe(listener: (event: DeploymentEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  predict(image: ImageInput, options?: DeployedPredictOptions): Promise<Prediction>;
  predict(images: readonly ImageInput[], options?: DeployedPredictOptions): Promise<Prediction[]>;
  async predict(
    input: ImageInput | readonly ImageInput[],
    options: DeployedPredictOptions = {},
  ): Promise<Prediction | Prediction[]> {
    if (this.#room.pause !== undefined) await this.#room.pause;
    const { key, version: wanted, ...rest } = options;
    const plan = this.#livePlan();
    const chosen = this.#versionFor(plan, key, wanted);
    const live = chosen.predict(input, rest, 'live');
    if (wanted === undefined && plan.shadow.length > 0) {
      const { shadowConcurrency = DEFAULTS.shadowConcurrency } = this.#parts.options;
      copyToShadows(plan.shadow, input, rest, shadowConcurrency, live);
    }
    const predictions = await live;
    if (isBatch(input)) return predictions;
    const [only] = predictions;
    if (only === undefined) throw new CareError('INFERENCE_FAILED', 'the model gave no answer');
    return only;
  }

  async infer(
    inputs: Readonly<Record<string, Tensor>>,
    options: DeployedInferOptions = {},
  ): Promise<Inference> {
    if (this.#room.pause !== undefined) await this.#room.pause;
    const { key, version, ...rest } = options;
    return await this.#versionFor(this.#livePlan(), key, version).infer(inputs, rest);
  }

  /** The first versions. @throws CareError what kept them from being ready */
  async start(): Promise<void> {
    const past = await this.#memory?.read();
    if (past !== undefined) {
      this.#history.restore(past.history);
      this.#latches.restore(past.latches);
    }
    await this.#queue.run((generation) => this.#follow(generation, 'start', 'first versions', 'all'));
    const last = past?.history.at(-1);
    if (this.#plan === undefined && last !== undefined) await this.#resume(last);
  }

  /** What the registry wants was rolled back before a restart: what was live then is live again. @throws CareError */
  async #resume({ traffic }: DeploymentRecord): Promise<void> {
    await this.#operate(async (generation) => {
      const desired = await desiredByHost(this.#source, { traffic }, this.#aliases, this.#closing.signal);
      const next = await this.#loadPlan(desired, generation, new Set());
      this.#plans.to(next, 'start', 'as it was before the restart');
    });
  }

  #remember(): void {
    this.#memory?.save({ history: this.#history.records, latches: this.#latches.all });
  }

  /** The registry told a change of this model. */
  changed({ kind, version, registry, error }: ResolvedChange): void {
    if (this.#disposed !== undefined) return;
    const of = version ?? null;
    if (kind === 'invalid') {
      // There is nothing new to make live, and what is live stays so: nobody took it away.
      this.#problems.unreadable(of, this.#tellRefused(of, error, this.#queue.generation));
      return;
    }
    this.#problems.readable(of);
    const recheck: Recheck = new Set(kind === 'deployment' ? [] : [of]);
    this.#lookUnasked(recheck, `${registry}: ${kind} ${version ?? this.modelId}`);
  }

  async reload(): Promise<void> {
    this.#checkLive();
    await this.#look('all', 'asked to look again');
  }

  async deploy(plan: DeploymentPlan): Promise<DeploymentRecord> {
    return await this.#operate(async (generation) => {
      const desired = await desiredByHost(this.#source, plan, this.#aliases, this.#closing.signal);
      // Who names a version means it, also one that was rolled back.
      for (const { resolved } of desired.arms) this.#latches.release(resolved.package.version ?? null);
      const next = await this.#loadPlan(desired, generation, new Set());
      return this.#plans.to(next, 'deploy', plan.detail ?? 'asked by the host');
    });
  }

  async load(version: string): Promise<VersionStatus> {
    return await this.#operate(async (generation) => {
      const wanted = { traffic: { [version]: 1 } };
      const { arms } = await desiredByHost(this.#source, wanted, this.#aliases, this.#closing.signal);
      const resolved = arms.map((arm) => arm.resolved);
      for (const one of resolved) this.#latches.release(one.package.version ?? null);
      const [loaded] = await this.#shelf.loadAll(resolved, { generation, recheck: 'all', specKey: '' });
      if (loaded === undefined) throw this.#notLoaded(version);
      return this.#plans.statusOf(loaded);
    });
  }

  async unload(version: string): Promise<void> {
    await this.#operate(async () => {
      const known = this.#shelf.ready(this.#aliases[version] ?? version);
      if (known.length === 0) throw this.#notLoaded(version);
      const serving = this.#plan === undefined ? new Set() : versionsOf(this.#plan);
      if (known.some((one) => serving.has(one))) {
        throw new CareError('DEPLOYMENT_INVALID', `version "${version}" of "${this.modelId}" is live`, {
          remedy: 'Give its traffic to another version first.',
        });
      }
      await Promise.all(known.map((one) => this.#shelf.retire(one)));
    });
  }

  async rollback(detail = 'asked by the host'): Promise<DeploymentRecord> {
    this.#checkLive();
    return this.#rollbackNow('rollback', detail) ?? (await this.#rollbackByLoading('rollback', detail));
  }

  dispose(): Promise<void> {
    return (this.#disposed ??= this.#end());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #end(): Promise<void> {
    this.#closing.abort();
    this.#plans.end();
    this.#parts.onDispose();
    await this.#queue.settled();
    await this.#shelf.end();
    await this.#memory?.settled();
  }

  #checkLive(): void {
    if (this.#disposed === undefined) return;
    throw new CareError('DISPOSED', `the deployment of "${this.modelId}" has been disposed`);
  }

  get #aliases(): Readonly<Record<string, string>> {
    return this.#plan?.aliases ?? {};
  }

  get #source(): DesiredSource {
    const { registry, modelId } = this.#parts;
    const serving = this.#plan?.arms[0]?.version.resolved.registry;
    return { registry, modelId, registryName: serving ?? this.#parts.registryName };
  }

  #livePlan(): LivePlan {
    this.#checkLive();
    if (this.#plan !== undefined) return this.#plan;
    const { code, message } = this.#problems.current ?? {
      code: 'OVERLOADED' as const,
      message: 'its first version is being loaded',
    };
    throw new CareError(code, `"${this.modelId}" is not ready: ${message}`);
  }

  #versionFor(plan: LivePlan, key: string | undefined, wanted: string | undefined): LiveVersion {
    return wanted === undefined ? chooseVersion(plan, key) : this.#named(plan, wanted);
  }

  #named(plan: LivePlan, wanted: string): LiveVersion {
    const [chosen] = this.#shelf.ready(plan.aliases[wanted] ?? wanted);
    if (chosen === undefined) throw this.#notLoaded(wanted);
    return chosen;
  }

  #notLoaded(version: string): CareError {
    const ready = this.#shelf.resident.filter(({ state }) => state === 'ready');
    const known = ready.map((one) => one.version ?? '(unversioned)');
    return new CareError('MODEL_NOT_FOUND', `version "${version}" of "${this.modelId}" is not loaded`, {
      remedy: `Loaded are ${known.join(', ') || 'none'}; load it first.`,
      details: { modelId: this.modelId, version, known },
    });
  }

  #lookUnasked(recheck: Recheck, detail: string): void {
    // Its failure has been told as an event.
    this.#look(recheck, detail).catch(() => undefined);
  }

  /** What the registry has now may do what the loaded version cannot do any more. */
  #outOfOrder({ id, version }: LiveVersion): void {
    if (this.#disposed === undefined) this.#lookUnasked(new Set([version]), `${id} is out of order`);
  }

  /** Puts a look at the registry in the queue; while one waits there, further changes join it. */
  #look(recheck: Recheck, detail: string): Promise<void> {
    if (this.#nextLook !== undefined) {
      this.#nextLook.recheck = joinRechecks(this.#nextLook.recheck, recheck);
      return this.#nextLook.done;
    }
    const done = this.#queue.run(async (generation) => {
      const due = this.#nextLook?.recheck ?? recheck;
      this.#nextLook = undefined;
      await this.#follow(generation, 'registry', detail, due);
    });
    this.#nextLook = { recheck, done };
    return done;
  }

  /** Makes live what the registry says. @throws CareError after telling it: what was live stays so */
  #follow(generation: number, reason: DeploymentReason, detail: string, recheck: Recheck): Promise<void> {
    const suspect = recheck !== 'all' && recheck.size === 1 ? ([...recheck][0] ?? null) : null;
    return this.#attempt(generation, suspect, async () => {
      const desired = await desiredByRegistry(this.#source, this.#closing.signal);
      this.#checkStated(desired, recheck);
      try {
        const next = await this.#loadPlan(desired, generation, recheck);
        this.#specKey = desired.specKey;
        if (this.#plan === undefined || !samePlan(this.#plan, next)) this.#plans.to(next, reason, detail);
      } catch (error) {
        if (!(error instanceof Held)) throw error;
        this.#emit(generation, { kind: 'held', version: error.version });
      }
    });
  }

  async #operate<T>(operation: (generation: number) => Promise<T>): Promise<T> {
    this.#checkLive();
    return await this.#queue.run((generation) =>
      this.#attempt(generation, null, () => operation(generation)),
    );
  }

  /**
   * A live version whose manifest cannot be read any more does not give way to another one of before that is only now the highest.
   * @throws CareError why it cannot be read
   */
  #checkStated({ stated, arms }: DesiredPlan, recheck: Recheck): void {
    if (stated) return;
    const wanted = new Set(arms.map(({ resolved }) => resolved.package.version ?? null));
    const isNew = recheck !== 'all' && [...wanted].some((version) => recheck.has(version));
    if (isNew) return;
    for (const { version } of this.#plan?.arms ?? []) {
      const problem = this.#problems.ofUnreadable(version.version);
      if (problem !== undefined && !wanted.has(version.version)) throw deserializeError(problem);
    }
  }

  /**
   * Runs an operation; its failure is told and leaves what is live as it is.
   * @param suspect the version to blame when none was being loaded
   */
  async #attempt<T>(generation: number, suspect: string | null, operation: () => Promise<T>): Promise<T> {
    this.#checkLive();
    try {
      const result = await this.#withRoom(operation);
      this.#problems.taken();
      return result;
    } catch (error) {
      this.#checkLive();
      const blamed = this.#shelf.failedBy(generation);
      const version = blamed === undefined ? suspect : blamed.version;
      this.#problems.refused(this.#tellRefused(version, error, generation));
      throw error;
    }
  }

  /** When the operation had to end what served, that serves again before anybody is told how it went. */
  async #withRoom<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } finally {
      await this.#room.resume();
    }
  }

  #tellRefused(version: string | null, error: unknown, generation: number): SerializedError {
    const problem = serializeError(error, 'INFERENCE_FAILED');
    const { code, message } = problem;
    this.#parts.logger.warn(
      { model: this.modelId, version, code, generation },
      `a change of "${this.modelId}" was not taken: ${message}`,
    );
    this.#emit(generation, { kind: 'refused', version, error: problem });
    return problem;
  }

  /** @throws CareError ABORTED when a later operation was carried out meanwhile: an overtaken load never wins */
  async #loadPlan(desired: DesiredPlan, generation: number, recheck: Recheck): Promise<LivePlan> {
    const { aliases, stickyBy, guard, specKey } = desired;
    const wanted = [...desired.arms.map(({ resolved }) => resolved), ...desired.shadow];
    const versions = await this.#shelf.loadAll(wanted, { generation, recheck, specKey });
    if (!this.#queue.isLatest(generation)) {
      await this.#shelf.giveBack(versions, generation);
      throw new CareError('ABORTED', 'a later operation was carried out while this one loaded');
    }
    const arms = desired.arms.flatMap(({ weight }, index) => {
      const version = versions[index];
      return version === undefined ? [] : [{ id: version.version ?? '', version, weight }];
    });
    return { generation, arms, shadow: versions.slice(desired.arms.length), aliases, stickyBy, guard };
  }

  async #endStandby(): Promise<boolean> {
    const { standby } = this.#shelf;
    await Promise.all(standby.map((version) => this.#shelf.retire(version)));
    return standby.length > 0;
  }

  get #servingVersions(): readonly LiveVersion[] {
    return this.#plan === undefined ? [] : [...versionsOf(this.#plan)];
  }

  async #endServing(): Promise<void> {
    await Promise.all(this.#servingVersions.map((version) => this.#shelf.retire(version)));
  }

  async #restoreServing(): Promise<void> {
    const plan = this.#plan;
    if (plan === undefined || this.ready || this.#disposed !== undefined) return;
    this.#plans.reloaded({ ...plan, arms: await this.#reviveArms(plan, plan.generation), shadow: [] });
  }

  async #reviveArms(plan: LivePlan, generation: number): Promise<LivePlan['arms']> {
    return await Promise.all(
      plan.arms.map(async (arm) => ({ ...arm, version: await this.#shelf.revive(arm.version, generation) })),
    );
  }

  /** Back to what was live before, in this turn; undefined when that is not loaded. */
  #rollbackNow(reason: 'rollback' | 'guard', detail: string): DeploymentRecord | undefined {
    const target = this.#plans.before;
    if (target?.arms.every(({ version }) => version.state === 'ready') !== true) return undefined;
    const shadow = target.shadow.filter(({ state }) => state === 'ready');
    const plan = { ...target, generation: this.#queue.overtake(), shadow };
    return this.#plans.back(plan, reason, detail, this.#specKey);
  }

  async #rollbackByLoading(reason: 'rollback' | 'guard', detail: string): Promise<DeploymentRecord> {
    const target = this.#plans.before;
    if (target === undefined) {
      throw new CareError('ROLLBACK_UNAVAILABLE', `"${this.modelId}" has no earlier deployment`);
    }
    return await this.#operate(async (generation) => {
      const arms = await this.#reviveArms(target, generation);
      const plan = { ...target, generation, arms, shadow: [] };
      return this.#plans.back(plan, reason, detail, this.#specKey);
    });
  }

  #breached(plan: LivePlan, version: string | null, breach: GuardBreach): void {
    if (this.#disposed !== undefined) return;
    const { metric, value, bound, requests } = breach;
    const detail = `${metric} of ${version ?? '(unversioned)'} was ${value.toPrecision(3)}, the bound is ${bound}, over ${requests} requests`;
    const back = plan.guard?.onBreach === 'rollback' && this.#plans.before !== undefined;
    this.#parts.logger.warn({ model: this.modelId, version, ...breach }, detail);
    this.#emit(plan.generation, { kind: 'breach', version, breach, action: back ? 'rollback' : 'alert' });
    if (!back || this.#rollbackNow('guard', detail) !== undefined) return;
    // Its failure has been told as an event.
    this.#rollbackByLoading('guard', detail).catch(() => undefined);
  }

  #emit(generation: number, event: DeploymentEventBody): void {
    this.#events.emit({ modelId: this.modelId, at: new Date().toISOString(), generation, ...event });
  }
}

function isBatch(input: ImageInput | readonly ImageInput[]): input is readonly ImageInput[] {
  return Array.isArray(input);
}
