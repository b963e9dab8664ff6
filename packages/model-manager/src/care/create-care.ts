import { CareError } from '@care/registry-core';
import type { LoadOptions } from '../model/load-options.js';
import type { Model } from '../model/model.js';
import type { PooledModel } from '../model/pooled-model.js';
import type { Care, CareOptions } from './care.js';
import { composeRegistries } from './compose-registries.js';
import { backendRequest, loadModel } from './load-model.js';
import { loadSettings } from './load-settings.js';
import { BackendFormats } from './open-candidates.js';
import { PluginSet } from './plugin-set.js';
import { probeBackend } from './probe-backend.js';
import { timeoutError } from './settle-within.js';

/**
 * Discovers the host's plugins and composes its registries. Registry plugins are imported here, backends when a model
 * is loaded; a plugin that fails is in `plugins` and does not keep the others from working.
 * @throws CareError OPTIONS_INVALID, PLUGIN_AMBIGUOUS (two of the host's own registries with one name)
 */
export async function createCare(options: CareOptions = {}): Promise<Care> {
  const plugins = new PluginSet(options);
  const registry = await composeRegistries(plugins, options);
  const formats = new BackendFormats(plugins);
  const models = new Set<PooledModel>();
  const closing = new AbortController();
  let disposed: Promise<void> | undefined;

  const checkLive = (): void => {
    if (closing.signal.aborted) throw new CareError('DISPOSED', 'this Care object has been disposed');
  };

  const load = async (reference: string, given: LoadOptions): Promise<Model> => {
    checkLive();
    const merged = { ...options.load, ...given };
    const { timeoutMs } = loadSettings(merged);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(timeoutError(`loading "${reference}"`, timeoutMs)), timeoutMs);
    const signals = [limit.signal, closing.signal, ...(merged.signal === undefined ? [] : [merged.signal])];
    const signal = AbortSignal.any(signals);
    try {
      const model = await loadModel(reference, merged, signal, {
        registry,
        plugins,
        formats,
        env: options.env,
        imageLimits: options.imageLimits,
        onDispose: (gone) => models.delete(gone),
      });
      models.add(model);
      return model;
    } catch (error) {
      if (limit.signal.aborted) throw limit.signal.reason;
      checkLive();
      if (!signal.aborted) throw error;
      throw new CareError('ABORTED', `loading "${reference}" was cancelled`, { cause: signal.reason });
    } finally {
      clearTimeout(timer);
    }
  };

  const disposeAll = async (): Promise<void> => {
    closing.abort();
    await Promise.all([...models].map((model) => model.dispose()));
    await formats.dispose();
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
    probe: async (backend) => {
      checkLive();
      const descriptor = plugins.backendNamed(backend);
      return await probeBackend(backendRequest(plugins, descriptor, options.env), plugins.logger);
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
