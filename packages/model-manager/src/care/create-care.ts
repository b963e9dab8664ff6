import {
  CareError,
  parseModelReference,
  type BackendProbe,
  type PluginDescriptor,
} from '@care/registry-core';
import type { Deployment, DeploymentOptions } from '../deployment/deployment.js';
import { ManagedDeployment } from '../deployment/managed-deployment.js';
import { RegistryWatching } from '../deployment/registry-watching.js';
import type { LoadOptions } from '../model/load-options.js';
import { BackendSurvey } from '../negotiation/backend-survey.js';
import { negotiate } from '../negotiation/negotiate.js';
import type { Model } from '../model/model.js';
import type { PooledModel } from '../model/pooled-model.js';
import type { Care, CareOptions } from './care.js';
import { composeRegistries } from './compose-registries.js';
import { LoadDeadline } from './load-deadline.js';
import { backendRequest, openResolved, type LoadContext, type LoadLimits } from './load-model.js';
import { loadSettings } from './load-settings.js';
import { PluginSet } from './plugin-set.js';
import { probeBackend } from './probe-backend.js';

/**
 * Discovers the host's plugins and composes its registries. Registry plugins are imported here, backends when a model
 * is loaded; a plugin that fails is in `plugins` and does not keep the others from working.
 * @throws CareError OPTIONS_INVALID, PLUGIN_AMBIGUOUS (two of the host's own registries with one name)
 */
export async function createCare(options: CareOptions = {}): Promise<Care> {
  const plugins = new PluginSet(options);
  const registry = await composeRegistries(plugins, options);
  const probe = (descriptor: PluginDescriptor): Promise<BackendProbe> =>
    probeBackend(backendRequest(plugins, descriptor, options.env), plugins.logger);
  const survey = new BackendSurvey(plugins, probe);
  const models = new Set<PooledModel>();
  const closing = new AbortController();
  let disposed: Promise<void> | undefined;

  const checkLive = (): void => {
    if (closing.signal.aborted) throw new CareError('DISPOSED', 'this Care object has been disposed');
  };

  const context: LoadContext = {
    registry,
    plugins,
    survey,
    measured: options.measured,
    env: options.env,
    imageLimits: options.imageLimits,
    onDispose: (gone) => models.delete(gone),
  };

  /** Runs a load within its time limit; whoever cancels it leaves no worker behind. */
  const limited = async (
    what: string,
    given: LoadOptions,
    work: (merged: LoadOptions, limits: LoadLimits) => Promise<PooledModel>,
  ): Promise<PooledModel> => {
    checkLive();
    const merged = { ...options.load, ...given };
    const { timeoutMs } = loadSettings(merged);
    const deadline = new LoadDeadline(`loading "${what}"`, timeoutMs);
    const signals = [
      deadline.signal,
      closing.signal,
      ...(merged.signal === undefined ? [] : [merged.signal]),
    ];
    const signal = AbortSignal.any(signals);
    try {
      const { whileDownloading } = deadline;
      const model = await work(merged, { signal, whileDownloading });
      models.add(model);
      return model;
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.signal.reason;
      checkLive();
      if (!signal.aborted) throw error;
      throw new CareError('ABORTED', `loading "${what}" was cancelled`, { cause: signal.reason });
    } finally {
      deadline.end();
    }
  };

  const load = (reference: string, given: LoadOptions): Promise<Model> =>
    limited(reference, given, async (merged, limits) => {
      const resolved = await registry.resolve(reference, { signal: limits.signal });
      return await openResolved(resolved, merged, limits, context);
    });

  const watching = new RegistryWatching(registry, plugins.logger);
  const deployments = new Set<ManagedDeployment>();

  const deploy = async (reference: string, given: DeploymentOptions): Promise<Deployment> => {
    checkLive();
    const { registry: registryName, modelId, selector } = parseModelReference(reference);
    if (selector !== undefined) {
      throw new CareError('REFERENCE_INVALID', `a deployment is of a model, not of "@${selector}" alone`, {
        remedy: 'Leave the version out; the deployment file, or deploy(), says which are live.',
      });
    }
    const unwatch = (): Promise<void> => watching.remove(deployment);
    const deployment: ManagedDeployment = new ManagedDeployment({
      modelId,
      registryName,
      registry,
      options: given,
      logger: plugins.logger,
      open: (resolved, moment) =>
        limited(modelId, given.load ?? {}, (merged, limits) =>
          openResolved(resolved, merged, limits, context, moment),
        ),
      onDispose: () => {
        deployments.delete(deployment);
        void unwatch();
      },
    });
    deployments.add(deployment);
    try {
      if (given.watch !== false) await watching.add(deployment);
      await startWithin(deployment, given);
      return deployment;
    } catch (error) {
      await deployment.dispose();
      throw error;
    }
  };

  const disposeAll = async (): Promise<void> => {
    const ending = [...deployments].map((deployment) => deployment.dispose());
    closing.abort();
    await Promise.all(ending);
    await watching.end();
    await Promise.all([...models].map((model) => model.dispose()));
    await survey.dispose();
    await registry.dispose();
  };

  const dispose = (): Promise<void> => (disposed ??= disposeAll());

  return {
    registry,
    get plugins() {
      return plugins.statuses;
    },
    problems: plugins.problems,
    resolve: (reference, call) => registry.resolve(reference, call),
    explain: (reference, call) => registry.explain(reference, call),
    list: (call) => registry.list(call),
    load: (reference, given = {}) => load(reference, given),
    deploy: (reference, given = {}) => deploy(reference, given),
    negotiate: async (reference, given = {}) => {
      checkLive();
      const { signal } = given;
      const resolved =
        typeof reference === 'string'
          ? await registry.resolve(reference, signal === undefined ? {} : { signal })
          : reference;
      const { measured } = options;
      const wanted = { ...options.load, ...given };
      const ranked = await negotiate(resolved.package, wanted, plugins, survey, { thorough: true, measured });
      return ranked.map(({ verdict }) => verdict);
    },
    probe: async (backend) => {
      checkLive();
      return await probe(plugins.backendNamed(backend));
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** A deployment without a first version is one all the same when the host says so: the next change may bring it. */
async function startWithin(
  deployment: ManagedDeployment,
  { startEmpty = false }: DeploymentOptions,
): Promise<void> {
  try {
    await deployment.start();
  } catch (error) {
    if (!startEmpty) throw error;
  }
}
