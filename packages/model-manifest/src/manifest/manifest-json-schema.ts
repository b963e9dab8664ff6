import type { JsonValue } from '@care/registry-core';
import { z } from 'zod';
import { manifestSchema } from './manifest-schema.js';

/** The manifest as JSON Schema (draft 2020-12), as published in `manifest.schema.json`. */
export function manifestJsonSchema(): Record<string, JsonValue> {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input' });
  const plain: Record<string, JsonValue> = JSON.parse(JSON.stringify(schema)) as Record<string, JsonValue>;
  return { ...plain, title: 'CARE model manifest' };
}
