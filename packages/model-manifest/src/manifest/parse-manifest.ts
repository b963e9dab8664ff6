import type { JsonValue } from '@care/registry-core';
import { formatJsonPath, type JsonDocument, type JsonPath } from '../json/json-document.js';
import { parseJson, type JsonLimits } from '../json/parse-json.js';
import { isError, sortProblems, type ManifestProblem } from '../problem/manifest-problem.js';
import { nearestName } from '../problem/nearest-name.js';
import { checkConsistency } from './consistency.js';
import { manifestSchema, type Manifest } from './manifest-schema.js';
import { schemaProblem, valueAt } from './schema-problems.js';
import { findUnknownKeys, type UnknownKey } from './unknown-keys.js';

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
  readonly locate: (path: JsonPath) => {
    readonly jsonPath: string;
    readonly line?: number;
    readonly column?: number;
  };
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
  const { document, problems: syntax, complete } = parseJson(source, limits);
  const problems: ManifestProblem[] = syntax.map((problem) => ({ file, severity: 'error', ...problem }));
  if (document === undefined)
    return { file, problems, locate: (path) => ({ jsonPath: formatJsonPath(path) }) };

  const locate = (path: JsonPath) => ({ jsonPath: formatJsonPath(path), ...document.positionOf(path) });
  const { value } = document;
  const unknown = findUnknownKeys(value, manifestSchema);
  const parsed = manifestSchema.safeParse(value);
  // After most syntax errors the value is a fragment: what the schema misses in it may well be in the text.
  if (!parsed.success && complete) {
    for (const issue of parsed.error.issues) {
      const { path, ...problem } = schemaProblem(issue, value);
      const nearest = problem.found === 'nothing' ? misspelt(path, unknown) : undefined;
      problems.push({
        file,
        ...locate(path),
        ...problem,
        ...(nearest === undefined ? {} : { nearest }),
        severity: 'error',
      });
    }
  }
  problems.push(...unknown.map((key) => unknownKeyProblem(file, key, document)));
  if (parsed.success) {
    problems.push(
      ...checkConsistency(parsed.data).map(({ path, ...rest }) => ({ file, ...locate(path), ...rest })),
    );
  }
  const sorted = sortProblems(problems);
  return {
    file,
    problems: sorted,
    locate,
    ...(parsed.success && !sorted.some(isError) ? { manifest: parsed.data } : {}),
    ...text('modelId', valueAt(value, ['model_id'])),
    ...text('version', valueAt(value, ['version'])),
    ...text('modelPath', valueAt(value, ['model_path'])),
  };
}

const text = (
  name: 'modelId' | 'version' | 'modelPath',
  value: JsonValue | undefined,
): { modelId?: string; version?: string; modelPath?: string } =>
  typeof value === 'string' && value !== '' ? { [name]: value } : {};

/** The unknown key beside a missing one that was probably meant to be it. */
function misspelt(path: JsonPath, unknown: readonly UnknownKey[]): string | undefined {
  const key = path.at(-1);
  const parent = formatJsonPath(path.slice(0, -1));
  const beside = unknown.filter((other) => formatJsonPath(other.path.slice(0, -1)) === parent);
  return typeof key === 'string'
    ? nearestName(
        key,
        beside.map((other) => other.key),
      )
    : undefined;
}

function unknownKeyProblem(
  file: string,
  { path, key, known }: UnknownKey,
  document: JsonDocument,
): ManifestProblem {
  const nearest = nearestName(key, known);
  return {
    file,
    jsonPath: formatJsonPath(path),
    ...document.keyPositionOf(path),
    found: `the unknown key ${JSON.stringify(key)}`,
    expected: 'a known key; it is ignored',
    ...(nearest === undefined ? {} : { nearest }),
    severity: 'warning',
  };
}
