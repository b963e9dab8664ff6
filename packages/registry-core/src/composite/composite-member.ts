import { CONTRACT_VERSION } from '../contract-version.js';
import { CareError } from '../errors/care-error.js';
import { PLUGIN_NAME_PATTERN } from '../model-reference.js';
import type { ModelRegistry } from '../model-registry.js';

export interface CompositeMember {
  readonly registry: ModelRegistry;
  /** `stop` (default): a failure other than MODEL_NOT_FOUND and OFFLINE ends the chain; `continue`: the next is asked. */
  readonly onError?: 'stop' | 'continue';
  /** Milliseconds for one `resolve` or `list`; default 30 000; Infinity for no limit. */
  readonly timeoutMs?: number;
}

/** @throws CareError PLUGIN_AMBIGUOUS, PLUGIN_INVALID, OPTIONS_INVALID */
export function checkMembers(members: readonly CompositeMember[]): void {
  const names = new Set<string>();
  for (const { registry, timeoutMs, onError } of members) {
    checkRegistryShape(registry);
    const { name } = registry;
    if (names.has(name)) {
      throw new CareError('PLUGIN_AMBIGUOUS', `Two registries are named "${name}".`, {
        details: { registry: name },
      });
    }
    names.add(name);
    if (timeoutMs !== undefined && !(timeoutMs > 0)) {
      throw invalidOption(name, 'timeoutMs', 'is no positive number of milliseconds');
    }
    if (onError !== undefined && !['stop', 'continue'].includes(onError)) {
      throw invalidOption(name, 'onError', 'is neither "stop" nor "continue"');
    }
  }
}

/** What every registry must be, whoever made it. @throws CareError PLUGIN_INVALID */
export function checkRegistryShape(value: unknown): asserts value is ModelRegistry {
  const registry = typeof value === 'object' && value !== null ? value : {};
  const name = 'name' in registry ? registry.name : undefined;
  if (typeof name !== 'string' || !PLUGIN_NAME_PATTERN.test(name)) {
    throw invalidRegistry('?', `its name "${String(name).slice(0, 80)}" is not valid`);
  }
  const contract = 'contract' in registry ? registry.contract : undefined;
  if (contract !== CONTRACT_VERSION) {
    throw invalidRegistry(name, `it follows contract ${String(contract)}, this core ${CONTRACT_VERSION}`);
  }
  if (!('resolve' in registry) || typeof registry.resolve !== 'function') {
    throw invalidRegistry(name, 'it has no function "resolve"');
  }
}

function invalidRegistry(name: string, reason: string): CareError {
  return new CareError('PLUGIN_INVALID', `Registry "${name}" cannot be used: ${reason}.`, {
    details: { registry: name },
  });
}

function invalidOption(registry: string, option: string, reason: string): CareError {
  return new CareError('OPTIONS_INVALID', `Option ${option} of registry "${registry}" ${reason}.`, {
    details: { registry, option },
  });
}
