import type { JsonValue } from '@care/registry-core';
import { parseBySchema, type Locate } from '../json/parse-by-schema.js';
import type { JsonLimits } from '../json/parse-json.js';
import type { ManifestProblem } from '../problem/manifest-problem.js';
import { checkConsistency } from './consistency.js';
import { manifestSchema, type Manifest } from './manifest-schema.js';
import { valueAt } from './schema-problems.js';

/** A manifest's text, read as far as it goes. `manifest` is there when no problem is an error. */
export interface ParsedManifest {
  /** As the caller named it. */
  readonly file: string;
  readonly manifest?: Manifest;
  /** Every error and warning, in the order of the text. */
  readonly problems: readonly ManifestProblem[];
  /** The id, version and model file that a broken manifest states, when they can be read. */
  readonly modelId?: string;
  readonly version?: string;
  readonly modelPath?: string;
  /** Position of a value, for problems that later checks find. */
  readonly locate: Locate;
}

/**
 * Parses and validates one manifest. Never throws for what the text holds; every problem is collected. Unknown keys are warnings that
 * name the nearest known key.
 */
export function parseManifest(
  source: string | Uint8Array,
  file: string,
  limits: JsonLimits = {},
): ParsedManifest {
  const { data, problems, value, locate } = parseBySchema(
    source,
    file,
    manifestSchema,
    checkConsistency,
    limits,
  );
  return {
    file,
    problems,
    locate,
    ...(data === undefined ? {} : { manifest: data }),
    ...(value === undefined
      ? {}
      : {
          ...text('modelId', valueAt(value, ['model_id'])),
          ...text('version', valueAt(value, ['version'])),
          ...text('modelPath', valueAt(value, ['model_path'])),
        }),
  };
}

const text = (
  name: 'modelId' | 'version' | 'modelPath',
  value: JsonValue | undefined,
): { modelId?: string; version?: string; modelPath?: string } =>
  typeof value === 'string' && value !== '' ? { [name]: value } : {};
