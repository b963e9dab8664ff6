/** The kinds are open: what a `care-registry` field lists under another key is found just the same. */
export type PluginKind = 'registries' | 'backends' | (string & Record<never, never>);

/** A plugin that was found; none of its code has been imported yet. */
export interface PluginDescriptor {
  readonly kind: PluginKind;
  readonly name: string;
  /** The name it is installed under (the alias, for `"a": "npm:b@1"`). */
  readonly packageName: string;
  readonly packageVersion: string;
  /** Absolute, real path of the package's folder. */
  readonly packageDir: string;
  /** `file:` URL of the module to import. */
  readonly entryUrl: string;
  /** Lower is asked earlier; default 50. Local registries declare 10, remote ones 90. */
  readonly priority: number;
}

/** A plugin that cannot be used, and why. Never fatal for the host. */
export interface PluginProblem {
  readonly code: 'PLUGIN_INVALID' | 'PLUGIN_AMBIGUOUS' | 'PLUGIN_NOT_FOUND';
  readonly packageName: string;
  /** The file to look at. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
  /** The plugin it concerns, when the field could be read that far. */
  readonly kind?: PluginKind;
  readonly name?: string;
}

/** A decision worth telling that is no problem: which of two installed versions, or of two packages, is used. */
export interface PluginNote {
  readonly packageName: string;
  readonly path: string;
  readonly message: string;
}

export interface PluginDiscovery {
  /** In the order they are asked. */
  readonly plugins: readonly PluginDescriptor[];
  readonly problems: readonly PluginProblem[];
  readonly notes?: readonly PluginNote[];
}

export interface DiscoverOptions {
  /** Roots of host applications (folders with a package.json), the most important first. */
  readonly roots: readonly string[];
  /** Packages to look at besides what the hosts declare. */
  readonly packages?: readonly string[];
  /** `declared` (default): what the hosts' package.json files declare; `all`: transitive dependencies too. */
  readonly scope?: 'declared' | 'all';
  /** Plugin names (`ort` or `backends/ort`) in the order they are to be asked; the rest follow by priority, then name. */
  readonly order?: readonly string[];
  /** Settles a name that several packages offer: `{ "backends/ort": "@care/backend-ort" }` or `{ "ort": ... }`. */
  readonly prefer?: Readonly<Record<string, string>>;
  /** Ignore what an earlier call remembered. */
  readonly refresh?: boolean;
}
