import { CareError, type JsonObject } from '@care/registry-core';

/** One thing that is wrong, or doubtful, in one manifest. */
export interface ManifestProblem {
  /** Path of the manifest, as the caller named it. */
  readonly file: string;
  /** Where in the document: `$`, `$.input_size[0]`. */
  readonly jsonPath: string;
  /** 1-based; absent when the position is not one of the text. */
  readonly line?: number;
  /** 1-based, in UTF-16 units as editors count. */
  readonly column?: number;
  /** What stands there. */
  readonly found: string;
  /** What ought to stand there. */
  readonly expected: string;
  /** The known name that is closest to an unknown one. */
  readonly nearest?: string;
  readonly severity: 'error' | 'warning';
}

/** `models/a.json:4:17 $.input_size[0]: found "320", expected a whole number`. */
export function formatProblem(problem: ManifestProblem): string {
  const position = problem.line === undefined ? '' : `:${problem.line}:${problem.column ?? 1}`;
  const nearest = problem.nearest === undefined ? '' : ` (did you mean ${JSON.stringify(problem.nearest)}?)`;
  const warning = problem.severity === 'warning' ? 'warning: ' : '';
  return `${problem.file}${position} ${problem.jsonPath}: ${warning}found ${problem.found}, expected ${problem.expected}${nearest}`;
}

/** Sorted by file, then position: the order in which a person goes through them. */
export function sortProblems(problems: readonly ManifestProblem[]): ManifestProblem[] {
  return [...problems].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compareText(a.jsonPath, b.jsonPath) ||
      compareText(a.found, b.found),
  );
}

export const isError = (problem: ManifestProblem): boolean => problem.severity === 'error';

/** Plain data for `CareError.details.problems` and `--json` output. */
export function problemToJson(problem: ManifestProblem): JsonObject {
  const { file, jsonPath, line, column, found, expected, nearest, severity } = problem;
  return {
    file,
    jsonPath,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    found,
    expected,
    ...(nearest === undefined ? {} : { nearest }),
    severity,
  };
}

const MAX_LINES = 50;

/** One error that tells every problem; `details.problems` holds them all, the message the first 50. */
export function problemsError(
  code: 'MANIFEST_INVALID' | 'MODEL_INCOMPATIBLE',
  headline: string,
  problems: readonly ManifestProblem[],
  remedy?: string,
): CareError {
  const sorted = sortProblems(problems);
  const lines = sorted.slice(0, MAX_LINES).map((problem) => `  ${formatProblem(problem)}`);
  if (sorted.length > MAX_LINES) lines.push(`  ... and ${sorted.length - MAX_LINES} more`);
  return new CareError(code, [`${headline}:`, ...lines].join('\n'), {
    details: { problems: sorted.map(problemToJson) },
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
