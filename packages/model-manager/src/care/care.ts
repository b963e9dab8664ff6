import type {
  BackendProbe,
  CompositeModelRegistry,
  Explanation,
  JsonObject,
  Logger,
  ModelList,
  ModelRegistry,
  PluginDescriptor,
  PluginProblem,
  RegistryCallOptions,
  ResolvedModel,
} from '@care/registry-core';
import type { ImageLimits } from '@care/vision';
import type { Deployment, DeploymentOptions } from '../deployment/deployment.js';
import type { LoadOptions } from '../model/load-options.js';
import type { MeasuredLatencies } from '../negotiation/measured-latencies.js';
import type { CandidateVerdict } from '../negotiation/negotiation.js';
import type { Model } from '../model/model.js';

export interface CareOptions {
  /** Root of the host application: the nearest package.json from the working directory upwards when absent. */
  readonly root?: string;
  /** Further roots whose declared packages are looked at, e.g. a command's own. */
  readonly extraRoots?: readonly string[];
  /** Packages to look at besides what the hosts declare. */
  readonly packages?: readonly string[];
  readonly scope?: 'declared' | 'all';
  /** Registries in the order they are asked, by name; the rest follow by priority. */
  readonly order?: readonly string[];
  /** Options by plugin name, checked by the plugin's own schema. */
  readonly plugins?: Readonly<Record<string, JsonObject>>;
  /** Plugins that are not to be used, by name. */
  readonly disable?: readonly string[];
  /** Which package is meant when several offer a name. */
  readonly prefer?: Readonly<Record<string, string>>;
  /** By registry name; `stop` by default. */
  readonly onError?: Readonly<Record<string, 'stop' | 'continue'>>;
  /** Milliseconds by registry name. */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** Registries the host made itself; asked before the discovered ones. */
  readonly registries?: readonly ModelRegistry[];
  /** Defaults of every `load`. */
  readonly load?: LoadOptions;
  readonly imageLimits?: Partial<ImageLimits>;
  /** What was measured here ranks the candidates of a load before any table does; `@care/benchmark` makes one of its profiles. */
  readonly measured?: MeasuredLatencies;
  /** True: no registry touches the network, `OFFLINE` is thrown instead. Default: whether `CARE_OFFLINE` is `1` or `true`. */
  readonly offline?: boolean;
  /** `process.env` when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly logger?: Logger;
}

/** A plugin as it stands in this host. */
export interface PluginStatus {
  readonly descriptor: PluginDescriptor;
  readonly state: 'found' | 'loaded' | 'failed' | 'disabled';
  /** Of a backend: what the host configured for it. */
  readonly options?: JsonObject;
  readonly error?: unknown;
}

/** Discovered registries and backends, composed: the object a host works with. */
export interface Care extends AsyncDisposable {
  readonly registry: CompositeModelRegistry;
  readonly plugins: readonly PluginStatus[];
  readonly problems: readonly PluginProblem[];
  resolve(reference: string, options?: RegistryCallOptions): Promise<ResolvedModel>;
  explain(reference: string, options?: RegistryCallOptions): Promise<Explanation>;
  list(options?: RegistryCallOptions): Promise<ModelList>;
  /** Resolves, fetches, checks, opens in workers and warms up; a model that is ready to predict, or a CareError. */
  load(reference: string, options?: LoadOptions): Promise<Model>;
  /**
   * Keeps a model id served while its versions come and go: follows the registry's changes and the deployment it states.
   * @param reference without a version. @throws CareError what kept the first version from being ready; REFERENCE_INVALID
   */
  deploy(reference: string, options?: DeploymentOptions): Promise<Deployment>;
  /**
   * Every way to run a model, or one that is resolved already, on this machine with its verdict and reason, in the order in which `load` would try them, the rejected
   * last. Backends are probed, nothing is opened. @throws CareError what `resolve` throws, OPTIONS_INVALID, PLUGIN_NOT_FOUND
   */
  negotiate(reference: string | ResolvedModel, options?: LoadOptions): Promise<readonly CandidateVerdict[]>;
  /** Probes a backend in a worker, so that native code never loads on the host's thread. */
  probe(backend: string): Promise<BackendProbe>;
  dispose(): Promise<void>;
}
