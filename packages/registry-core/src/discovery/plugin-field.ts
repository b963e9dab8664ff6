import { CONTRACT_VERSION } from '../contract-version.js';
import { PLUGIN_NAME_PATTERN } from '../model-reference.js';
import type { PluginKind } from './plugin-descriptor.js';

export const PLUGIN_FIELD = 'care-registry';
const DEFAULT_PRIORITY = 50;
const KIND_PATTERN = /^[a-z][a-z0-9-]{0,63}$/;

/** One plugin as the field declares it. */
export interface DeclaredPlugin {
  readonly kind: PluginKind;
  readonly name: string;
  /** Relative to the package, begins with `./`. */
  readonly entry: string;
  readonly priority: number;
}

/** What is wrong with a field, or with one plugin in it. */
export interface FieldProblem {
  readonly message: string;
  readonly remedy: string;
  readonly kind?: PluginKind;
  readonly name?: string;
}

export interface PluginField {
  readonly plugins: readonly DeclaredPlugin[];
  readonly problems: readonly FieldProblem[];
}

/**
 * Reads the value of a `care-registry` field. The short form, a string, is one registry named after the package:
 * its name without scope and without a leading `care-registry-` or `registry-` (`@acme/registry-mlflow` is `mlflow`).
 */
export function readPluginField(field: unknown, packageName: string): PluginField {
  if (typeof field === 'string') {
    const name = packageName.replace(/^@[^/]*\//, '').replace(/^(?:care-)?registry-/, '');
    return collect([readPlugin('registries', name, field, DEFAULT_PRIORITY)]);
  }
  if (!isRecord(field)) {
    return collect([
      {
        message: 'is neither an object nor a path',
        remedy: 'Write `{ "contract": 1, "registries": { "name": "./entry.js" } }`.',
      },
    ]);
  }
  const { contract, priority = DEFAULT_PRIORITY, ...kinds } = field;
  if (contract !== CONTRACT_VERSION) {
    return collect([contractProblem(contract)]);
  }
  if (!isPriority(priority)) {
    return collect([
      { message: '"priority" is no finite number', remedy: 'Write a number; lower is asked earlier.' },
    ]);
  }
  return collect(Object.entries(kinds).flatMap(([kind, entries]) => readKind(kind, entries, priority)));
}

function readKind(kind: string, entries: unknown, priority: number): (DeclaredPlugin | FieldProblem)[] {
  if (!KIND_PATTERN.test(kind) || !isRecord(entries)) {
    const remedy = `Write \`"${KIND_PATTERN.test(kind) ? kind : 'registries'}": { "name": "./entry.js" }\`.`;
    return [{ message: `"${kind.slice(0, 80)}" is not an object of plugins by name`, remedy }];
  }
  return Object.entries(entries).map(([name, entry]) => readPlugin(kind, name, entry, priority));
}

function readPlugin(
  kind: PluginKind,
  name: string,
  value: unknown,
  priority: number,
): DeclaredPlugin | FieldProblem {
  if (!PLUGIN_NAME_PATTERN.test(name)) {
    const message = `${kind} declares the invalid name "${name.slice(0, 80)}"`;
    return {
      message,
      remedy: 'Use 2 to 64 lower-case letters, digits and single ".", "_" or "-" between them.',
      kind,
    };
  }
  const at = { kind, name };
  const detailed = isRecord(value) ? value : { entry: value };
  const { entry, priority: own = priority } = detailed;
  if (typeof entry !== 'string' || !entry.startsWith('./') || entry.includes('\0')) {
    const remedy = 'Write a path relative to the package that begins with "./".';
    return { ...at, message: `${kind}.${name} is no relative path`, remedy };
  }
  if (!isPriority(own)) {
    return {
      ...at,
      message: `priority of ${kind}.${name} is no finite number`,
      remedy: 'Write a number; lower is asked earlier.',
    };
  }
  return { ...at, entry, priority: own };
}

function contractProblem(contract: unknown): FieldProblem {
  if (contract === undefined)
    return { message: 'does not say its contract', remedy: `Add \`"contract": ${CONTRACT_VERSION}\`.` };
  const message = `is made for contract ${JSON.stringify(contract).slice(0, 80)}, this core understands ${CONTRACT_VERSION}`;
  const newer = typeof contract === 'number' && contract > CONTRACT_VERSION;
  return {
    message,
    remedy: newer
      ? 'Update @care/registry-core, or install an older version of the plugin.'
      : 'Update the plugin package.',
  };
}

function collect(items: readonly (DeclaredPlugin | FieldProblem)[]): PluginField {
  const plugins: DeclaredPlugin[] = [];
  const problems: FieldProblem[] = [];
  for (const item of items) {
    if ('entry' in item) plugins.push(item);
    else problems.push(item);
  }
  return { plugins, problems };
}

function isPriority(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
