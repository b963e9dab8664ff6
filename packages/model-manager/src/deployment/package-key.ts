import type { JsonValue, ModelPackage } from '@care/registry-core';

/**
 * What a package says, as a text that is the same whatever the order of its keys. Sizes of files are left out: their content is
 * told by hash, when it is read.
 */
export function packageKey(model: ModelPackage): string {
  const { variants, ...rest } = model;
  const forms = variants.map(({ artifacts, ...variant }) => ({
    ...variant,
    artifacts: artifacts.map(({ name, role, path, sha256 }) => [name, role, path ?? null, sha256 ?? null]),
  }));
  return JSON.stringify({ ...rest, variants: forms }, sortedKeys);
}

function sortedKeys(_key: string, value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
