import { CareError, isCareError } from '../errors/care-error.js';
import { serializeError } from '../errors/error-transfer.js';
import type { DeploymentSpec } from '../deployment-spec.js';
import type { ModelPackage } from '../model-package.js';
import { parseModelReference, type ModelReference } from '../model-reference.js';
import type { FetchOptions, RegistryCallOptions } from '../model-registry.js';
import { nearestName } from '../nearest-name.js';
import { callRegistry, DEFAULT_TIMEOUT_MS } from './call-registry.js';
import { chainFailure, notFoundError, unknownRegistryError } from './chain-errors.js';
import { checkMembers, type CompositeMember } from './composite-member.js';
import { mergeLists, type RegistryList } from './merge-lists.js';
import {
  checkDeploymentSpec,
  checkFetched,
  checkModelPackage,
  checkModelSummaries,
} from './registry-answer-check.js';
import type { Explanation, ModelList, RegistryAnswer, ResolvedChange, ResolvedModel } from './resolution.js';

/** An answer with what it brought: the package, or the error as it was thrown. */
interface Reply {
  readonly answer: RegistryAnswer;
  readonly package?: ModelPackage;
  readonly error?: CareError;
}

/** Chain of responsibility over registries. The next one is asked only when one says MODEL_NOT_FOUND, or OFFLINE. */
export class CompositeModelRegistry {
  readonly members: readonly CompositeMember[];
  #disposed: Promise<void> | undefined;

  /**
   * @param members in the order they are asked
   * @throws CareError PLUGIN_AMBIGUOUS (two of one name), PLUGIN_INVALID (not a registry), OPTIONS_INVALID
   */
  constructor(members: readonly CompositeMember[]) {
    checkMembers(members);
    this.members = [...members];
  }

  /**
   * @throws CareError MODEL_NOT_FOUND when every registry that was asked does not have it, otherwise the code of the
   * failure that kept one from answering; REFERENCE_INVALID, PLUGIN_NOT_FOUND (unknown `registry:`), ABORTED, DISPOSED
   */
  async resolve(reference: string, options: RegistryCallOptions = {}): Promise<ResolvedModel> {
    const parsed = parseModelReference(reference);
    const members = this.#membersFor(parsed);
    const replies: Reply[] = [];
    for (const member of members) {
      const reply = await this.#ask(member, parsed, options);
      replies.push(reply);
      if (reply.package !== undefined || stops(member, reply)) break;
    }
    return conclude(parsed, members, replies);
  }

  /** Asks every registry, also those after the one that has it. Never throws for what a registry says. */
  async explain(reference: string, options: RegistryCallOptions = {}): Promise<Explanation> {
    let answers: readonly RegistryAnswer[] = [];
    try {
      const parsed = parseModelReference(reference);
      const members = this.#membersFor(parsed);
      const replies = await Promise.all(members.map((member) => this.#ask(member, parsed, options)));
      answers = this.members.map(({ registry }) => {
        const reply = replies.find((candidate) => candidate.answer.registry === registry.name);
        return reply?.answer ?? { registry: registry.name, outcome: 'skipped', durationMs: 0 };
      });
      return { reference, answers, resolved: conclude(parsed, members, replies) };
    } catch (error) {
      if (isCareError(error, 'ABORTED', 'DISPOSED')) throw error;
      return { reference, answers, error: serializeError(error, 'REGISTRY_UNAVAILABLE') };
    }
  }

  /** Asks every registry at once. What one cannot tell is in `failures`. @throws CareError ABORTED, DISPOSED */
  async list(options: RegistryCallOptions = {}): Promise<ModelList> {
    this.#checkLive();
    const replies = await Promise.all(this.members.map((member) => this.#listOne(member, options)));
    return {
      models: mergeLists(replies.filter((reply) => 'models' in reply)),
      failures: replies.filter((reply) => 'outcome' in reply),
    };
  }

  /**
   * Makes the variant's artifacts local through the registry that resolved it. No timeout: a download may be long.
   * @throws CareError what the registry threw; OPTIONS_INVALID (no such variant), PLUGIN_INVALID (it gave no paths), ABORTED
   */
  async fetch(
    resolved: ResolvedModel,
    variantId: string,
    options: FetchOptions = {},
  ): Promise<ResolvedModel> {
    this.#checkLive();
    const { registry } = this.#member(resolved.registry);
    const known = resolved.package.variants.map((variant) => variant.id);
    if (!known.includes(variantId)) throw unknownVariantError(resolved.package.modelId, variantId, known);
    const fetched =
      registry.fetch === undefined
        ? resolved.package
        : await callRegistry({
            registry: registry.name,
            action: `fetch "${resolved.package.modelId}" variant "${variantId}"`,
            timeoutMs: Infinity,
            signal: options.signal,
            call: (signal) => registry.fetch?.(resolved.package, variantId, { ...options, signal }),
          });
    const checked = checkModelPackage(fetched, registry.name);
    return { ...resolved, package: checkFetched(checked, variantId, registry.name) };
  }

  /**
   * What a registry states about which versions of a model are live; undefined when it states nothing. Registries do not
   * overrule each other: only the one that serves the model is asked.
   * @throws CareError what the registry threw, PLUGIN_NOT_FOUND, ABORTED, DISPOSED
   */
  async deployment(
    registryName: string,
    modelId: string,
    { signal }: RegistryCallOptions = {},
  ): Promise<DeploymentSpec | undefined> {
    this.#checkLive();
    const { registry, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#member(registryName);
    if (registry.deployment === undefined) return undefined;
    const stated = await callRegistry({
      registry: registry.name,
      action: `deployment of "${modelId}"`,
      timeoutMs,
      signal,
      call: (inner) => registry.deployment?.(modelId, { signal: inner }),
    });
    return checkDeploymentSpec(stated, registry.name);
  }

  /**
   * Watches every registry that can be watched until the returned function is called. One that cannot start is told to `onFailure`
   * and keeps no other from being watched.
   */
  async watch(
    listener: (change: ResolvedChange) => void,
    onFailure: (registry: string, error: unknown) => void,
  ): Promise<() => Promise<void>> {
    this.#checkLive();
    const stops = await Promise.all(
      this.members.map(async ({ registry }) => {
        try {
          return await registry.watch?.((change) => listener({ ...change, registry: registry.name }));
        } catch (error) {
          onFailure(registry.name, error);
          return undefined;
        }
      }),
    );
    return async () => {
      await Promise.all(stops.map(async (stop) => stop?.()));
    };
  }

  /** Disposes every registry, also when one fails. Idempotent. @throws CareError REGISTRY_UNAVAILABLE telling which failed */
  dispose(): Promise<void> {
    return (this.#disposed ??= this.#disposeAll());
  }

  async #disposeAll(): Promise<void> {
    const outcomes = await Promise.allSettled(
      this.members.map(({ registry, timeoutMs = DEFAULT_TIMEOUT_MS }) =>
        callRegistry({
          registry: registry.name,
          action: 'dispose',
          timeoutMs,
          signal: undefined,
          call: () => registry.dispose?.(),
        }),
      ),
    );
    const failures = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map((outcome): unknown => outcome.reason);
    if (failures.length === 0) return;
    const said = failures
      .map((failure) => serializeError(failure, 'REGISTRY_UNAVAILABLE').message)
      .join('; ');
    throw new CareError('REGISTRY_UNAVAILABLE', `Not every registry could be disposed: ${said}`, {
      cause: failures[0],
    });
  }

  async #ask(
    member: CompositeMember,
    reference: ModelReference,
    options: RegistryCallOptions,
  ): Promise<Reply> {
    const { registry, timeoutMs = DEFAULT_TIMEOUT_MS } = member;
    const started = performance.now();
    const answer = (outcome: RegistryAnswer['outcome']): RegistryAnswer => ({
      registry: registry.name,
      outcome,
      durationMs: performance.now() - started,
    });
    try {
      const value = await callRegistry({
        registry: registry.name,
        action: `resolve "${reference.raw}"`,
        timeoutMs,
        signal: options.signal,
        call: (signal) => registry.resolve(reference, { signal }),
      });
      return { package: checkModelPackage(value, registry.name), answer: answer('found') };
    } catch (error) {
      if (!isCareError(error) || error.code === 'ABORTED') throw error;
      const outcome = error.code === 'MODEL_NOT_FOUND' ? 'not-found' : 'failed';
      return { error, answer: { ...answer(outcome), error: serializeError(error, error.code) } };
    }
  }

  async #listOne(
    member: CompositeMember,
    options: RegistryCallOptions,
  ): Promise<RegistryList | RegistryAnswer> {
    const { registry, timeoutMs = DEFAULT_TIMEOUT_MS } = member;
    const started = performance.now();
    if (registry.list === undefined) {
      const error = new CareError('UNSUPPORTED', `Registry "${registry.name}" does not list its models.`, {
        remedy: 'Name a model of this registry by its reference.',
      });
      const answer = { registry: registry.name, outcome: 'skipped', durationMs: 0 } as const;
      return { ...answer, error: serializeError(error, 'UNSUPPORTED') };
    }
    try {
      const models = await callRegistry({
        registry: registry.name,
        action: 'list',
        timeoutMs,
        signal: options.signal,
        call: (signal) => registry.list?.({ signal }),
      });
      return { registry: registry.name, models: checkModelSummaries(models, registry.name) };
    } catch (error) {
      if (isCareError(error, 'ABORTED')) throw error;
      const durationMs = performance.now() - started;
      const serialized = serializeError(error, 'REGISTRY_UNAVAILABLE');
      return { registry: registry.name, outcome: 'failed', durationMs, error: serialized };
    }
  }

  #membersFor(reference: ModelReference): readonly CompositeMember[] {
    this.#checkLive();
    return reference.registry === undefined ? this.members : [this.#member(reference.registry)];
  }

  #member(name: string): CompositeMember {
    const member = this.members.find(({ registry }) => registry.name === name);
    if (member !== undefined) return member;
    throw unknownRegistryError(
      name,
      this.members.map(({ registry }) => registry.name),
    );
  }

  #checkLive(): void {
    if (this.#disposed === undefined) return;
    throw new CareError('DISPOSED', 'The registries have been disposed.', {
      remedy: 'Create a new composite registry.',
    });
  }
}

/** Offline nobody can be asked: what a later registry holds already is all there is. */
function stops(member: CompositeMember, { answer, error }: Reply): boolean {
  return answer.outcome === 'failed' && error?.code !== 'OFFLINE' && member.onError !== 'continue';
}

/** What the replies, in order, amount to; replies after the deciding one are not looked at. */
function conclude(
  reference: ModelReference,
  members: readonly CompositeMember[],
  replies: readonly Reply[],
): ResolvedModel {
  const answers: RegistryAnswer[] = [];
  let firstFailure: { readonly registry: string; readonly error: CareError } | undefined;
  for (const [index, reply] of replies.entries()) {
    const { registry } = reply.answer;
    answers.push(reply.answer);
    if (reply.package !== undefined) return { package: reply.package, registry, answers };
    if (reply.answer.outcome !== 'failed' || reply.error === undefined) continue;
    firstFailure ??= { registry, error: reply.error };
    const member = members[index];
    if (member === undefined || !stops(member, reply)) continue;
    const notAsked = members.slice(index + 1).map((later) => later.registry.name);
    throw chainFailure(reference.raw, answers, { registry, error: reply.error }, notAsked);
  }
  throw firstFailure === undefined
    ? notFoundError(reference.raw, answers)
    : chainFailure(reference.raw, answers, firstFailure, []);
}

function unknownVariantError(modelId: string, variantId: string, known: readonly string[]): CareError {
  const nearest = nearestName(variantId, known);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  const list = known.map((id) => `"${id}"`).join(', ');
  return new CareError(
    'OPTIONS_INVALID',
    `Model "${modelId}" has no variant "${variantId}", only ${list}.${hint}`,
    {
      details: { modelId, variant: variantId, known },
    },
  );
}
