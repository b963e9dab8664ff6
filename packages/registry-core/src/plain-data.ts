import type { JsonValue } from './json.js';

const MAX_DEPTH = 40;
const MAX_NODES = 1_000_000;

/** A path into a value, e.g. `variants[0].artifacts[1].path`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

export class NotPlainData extends Error {
  constructor(
    readonly path: readonly PropertyKey[],
    readonly found: string,
  ) {
    super(`${formatPath(path) || 'the value'} is ${found}, not plain data`);
  }
}

/**
 * Copies what JSON can hold and leaves out properties that are `undefined`, so that what foreign code returned can no
 * longer change, cross no thread boundary as a surprise, or hang a recursive check.
 * @throws NotPlainData for functions, class instances, symbols, bigints, non-finite numbers, cycles and depth beyond 40
 */
export function copyPlainData(value: unknown): JsonValue {
  let nodes = 0;
  const copy = (item: unknown, path: readonly PropertyKey[]): JsonValue => {
    if (++nodes > MAX_NODES) throw new NotPlainData([], `more than ${MAX_NODES} values`);
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
    if (typeof item === 'number') {
      if (!Number.isFinite(item)) throw new NotPlainData(path, String(item));
      return item;
    }
    if (typeof item !== 'object') throw new NotPlainData(path, `a ${typeof item}`);
    if (path.length > MAX_DEPTH)
      throw new NotPlainData(path.slice(0, 4), `nested deeper than ${MAX_DEPTH}, or cyclic`);
    if (Array.isArray(item)) return item.map((entry, index) => copy(entry, [...path, index]));
    if (!isPlainObject(item)) throw new NotPlainData(path, 'an instance of a class');
    const entries = Object.entries(item).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries.map(([key, entry]) => [key, copy(entry, [...path, key])]));
  };
  return copy(value, []);
}

/** By shape, so that objects of another realm (a worker, a test runner) count. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object') return false;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
