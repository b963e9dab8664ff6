import type { JsonValue } from '@care/registry-core';
import { z } from 'zod';
import type { JsonPath } from '../json/json-document.js';

/** A key that the schema does not know, and the names it does know at that place and that are not used yet. */
export interface UnknownKey {
  readonly path: JsonPath;
  readonly key: string;
  readonly known: readonly string[];
}

/** Walks value and schema side by side. Free-form parts (records) have no unknown keys. */
export function findUnknownKeys(value: JsonValue, schema: z.ZodType, path: JsonPath = []): UnknownKey[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    const element: unknown = inner.element;
    if (!(element instanceof z.ZodType)) return [];
    return value.flatMap((item: JsonValue, index) => findUnknownKeys(item, element, [...path, index]));
  }
  if (
    !(inner instanceof z.ZodObject) ||
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value)
  ) {
    return [];
  }
  const shape = inner.shape;
  return Object.entries(value).flatMap(([key, item]: [string, JsonValue]) => {
    const child: unknown = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (child instanceof z.ZodType) return findUnknownKeys(item, child, [...path, key]);
    return [{ path: [...path, key], key, known: Object.keys(shape) }];
  });
}

function unwrap(schema: z.ZodType): z.ZodType {
  let current: unknown = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodNullable) current = current.unwrap();
  return current instanceof z.ZodType ? current : schema;
}
