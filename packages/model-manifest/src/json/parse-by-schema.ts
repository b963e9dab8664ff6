import type { JsonValue } from '@care/registry-core';
import type { z } from 'zod';
import { schemaProblem } from '../manifest/schema-problems.js';
import { findUnknownKeys, type UnknownKey } from '../manifest/unknown-keys.js';
import { isError, sortProblems, type ManifestProblem } from '../problem/manifest-problem.js';
import { nearestName } from '../problem/nearest-name.js';
import { formatJsonPath, type JsonDocument, type JsonPath } from './json-document.js';
import { parseJson, type JsonLimits } from './parse-json.js';

/** Position of a value, for problems that later checks find. */
export type Locate = (path: JsonPath) => {
  readonly jsonPath: string;
  readonly line?: number;
  readonly column?: number;
};

/** Something that the fields say of one another and the schema cannot tell. */
export interface ConsistencyProblem {
  readonly path: JsonPath;
  readonly found: string;
  readonly expected: string;
  readonly severity: 'error' | 'warning';
}

/** A JSON file, read as far as it goes. `data` is there when no problem is an error. */
export interface ParsedBySchema<T> {
  readonly data?: T;
  /** Every error and warning, in the order of the text. */
  readonly problems: readonly ManifestProblem[];
  /** What the text holds, also when it is not valid; undefined when it is no JSON at all. */
  readonly value?: JsonValue;
  readonly locate: Locate;
}

/**
 * Parses and validates one file. Never throws for what the text holds; every problem is collected. Unknown keys are warnings that
 * name the nearest known key.
 * @param consistency asked when the schema is satisfied
 */
export function parseBySchema<T>(
  source: string | Uint8Array,
  file: string,
  schema: z.ZodType<T> & z.ZodObject,
  consistency: (data: T) => readonly ConsistencyProblem[],
  limits: JsonLimits = {},
): ParsedBySchema<T> {
  const { document, problems: syntax, complete } = parseJson(source, limits);
  const problems: ManifestProblem[] = syntax.map((problem) => ({ file, severity: 'error', ...problem }));
  if (document === undefined) return { problems, locate: (path) => ({ jsonPath: formatJsonPath(path) }) };

  const locate: Locate = (path) => ({ jsonPath: formatJsonPath(path), ...document.positionOf(path) });
  const { value } = document;
  const unknown = findUnknownKeys(value, schema);
  const parsed = schema.safeParse(value);
  // After most syntax errors the value is a fragment: what the schema misses in it may well be in the text.
  if (!parsed.success && complete) {
    for (const issue of parsed.error.issues) {
      const { path, ...problem } = schemaProblem(issue, value);
      const nearest = problem.found === 'nothing' ? misspelt(path, unknown) : undefined;
      const near = nearest === undefined ? {} : { nearest };
      problems.push({ file, ...locate(path), ...problem, ...near, severity: 'error' });
    }
  }
  problems.push(...unknown.map((key) => unknownKeyProblem(file, key, document)));
  if (parsed.success) {
    const found = consistency(parsed.data);
    problems.push(...found.map(({ path, ...rest }) => ({ file, ...locate(path), ...rest })));
  }
  const sorted = sortProblems(problems);
  const valid = parsed.success && !sorted.some(isError);
  return { problems: sorted, locate, value, ...(valid ? { data: parsed.data } : {}) };
}

/** The unknown key beside a missing one that was probably meant to be it. */
function misspelt(path: JsonPath, unknown: readonly UnknownKey[]): string | undefined {
  const key = path.at(-1);
  const parent = formatJsonPath(path.slice(0, -1));
  const beside = unknown.filter((other) => formatJsonPath(other.path.slice(0, -1)) === parent);
  const names = beside.map((other) => other.key);
  return typeof key === 'string' ? nearestName(key, names) : undefined;
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
