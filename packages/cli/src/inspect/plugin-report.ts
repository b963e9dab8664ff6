import type { Care } from '@care/model-manager';
import { loadPlugin } from '@care/registry-core';
import { errorReport } from '../output/print-error.js';

export interface ReportedPlugin {
  readonly kind: string;
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly priority: number;
  readonly state: 'found' | 'loaded' | 'failed' | 'disabled';
  readonly dir: string;
}

export interface ReportedProblem {
  readonly code: string;
  readonly package: string;
  readonly message: string;
  readonly remedy: string;
  /** The file to look at. */
  readonly path?: string;
  readonly kind?: string;
  readonly name?: string;
}

export interface PluginReport {
  /** In the order they are asked. */
  readonly plugins: readonly ReportedPlugin[];
  readonly problems: readonly ReportedProblem[];
}

/** Every plugin that was found, each loaded once to tell whether it can be, and everything that is wrong. */
export async function reportPlugins(care: Care): Promise<PluginReport> {
  const plugins: ReportedPlugin[] = [];
  const problems: ReportedProblem[] = care.problems.map(({ packageName, ...problem }) => ({
    ...problem,
    package: packageName,
  }));
  for (const status of care.plugins) {
    const { descriptor } = status;
    let failure = status.state === 'failed' ? status.error : undefined;
    let state = status.state;
    if (state === 'found') {
      try {
        await loadPlugin(descriptor);
        state = 'loaded';
      } catch (error) {
        failure = error;
        state = 'failed';
      }
    }
    const { kind, name, packageName, packageVersion: version, priority, packageDir: dir } = descriptor;
    plugins.push({ kind, name, package: packageName, version, priority, state, dir });
    if (state === 'failed') {
      const { code, message, remedy } = errorReport(failure);
      problems.push({ code, package: packageName, message, remedy, path: dir, kind, name });
    }
  }
  return { plugins: plugins.sort((a, b) => rank(a.kind) - rank(b.kind)), problems };
}

/** Registries first; within a kind the order in which they are asked stays. */
const rank = (kind: string): number => (kind === 'registries' ? 0 : kind === 'backends' ? 1 : 2);
