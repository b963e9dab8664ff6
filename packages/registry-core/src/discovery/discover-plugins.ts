import type { DiscoverOptions, PluginDiscovery } from './plugin-descriptor.js';

/** Finds plugins by reading package.json files only. */
export function discoverPlugins(_options: DiscoverOptions): PluginDiscovery {
  return { plugins: [], problems: [] };
}
