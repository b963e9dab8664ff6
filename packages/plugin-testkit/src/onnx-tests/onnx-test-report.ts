export type OnnxTestStatus = 'passed' | 'unsupported' | 'deviates' | 'failed';

export interface OnnxTestResult {
  /** `node`, `simple`, `pytorch-converted`, `pytorch-operator` */
  readonly kind: string;
  /** `test_abs` */
  readonly name: string;
  /** Of the test's model, each once; `domain:Name` outside ONNX's own. */
  readonly operators: readonly string[];
  readonly status: OnnxTestStatus;
  /** Why it is not passed, or what was not compared. */
  readonly reason?: string;
}

export interface OnnxTestReport {
  readonly results: readonly OnnxTestResult[];
}

export type OnnxTestCounts = Readonly<Record<OnnxTestStatus, number>>;

const NONE: OnnxTestCounts = { passed: 0, unsupported: 0, deviates: 0, failed: 0 };

export function countResults(results: readonly OnnxTestResult[]): OnnxTestCounts {
  return results.reduce((counts, { status }) => ({ ...counts, [status]: counts[status] + 1 }), NONE);
}

/** Counts for each operator; a test counts for every operator of its model. */
export function countByOperator({ results }: OnnxTestReport): ReadonlyMap<string, OnnxTestCounts> {
  const operators = [...new Set(results.flatMap((result) => result.operators))].toSorted();
  return new Map(
    operators.map((operator) => [
      operator,
      countResults(results.filter((result) => result.operators.includes(operator))),
    ]),
  );
}

/** The report as text: by operator, by kind, then every test that is not simply passed, under its reason. */
export function formatOnnxTestReport(report: OnnxTestReport): string {
  const kinds = [...new Set(report.results.map(({ kind }) => kind))];
  const byKind = kinds.map((kind) => {
    const counts = countResults(report.results.filter((result) => result.kind === kind));
    return [kind, counts] as const;
  });
  return [
    table('operator', [...countByOperator(report)]),
    table('kind', [...byKind, ['all', countResults(report.results)]]),
    ...(['failed', 'deviates', 'unsupported', 'passed'] as const).map((status) => reasons(report, status)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function table(title: string, rows: readonly (readonly [string, OnnxTestCounts])[]): string {
  const columns = ['passed', 'unsupported', 'deviates', 'failed'] as const;
  const width = Math.max(title.length, ...rows.map(([name]) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join('');
  return [
    line(title, columns),
    ...rows.map(([name, counts]) =>
      line(
        name,
        columns.map((column) => String(counts[column])),
      ),
    ),
  ].join('\n');
}

function reasons({ results }: OnnxTestReport, status: OnnxTestStatus): string {
  const byReason = new Map<string, string[]>();
  for (const { name, status: found, reason } of results) {
    if (found !== status || reason === undefined) continue;
    const key = oneLine(reason, name);
    byReason.set(key, [...(byReason.get(key) ?? []), name]);
  }
  const groups = [...byReason].toSorted(([, left], [, right]) => right.length - left.length);
  if (groups.length === 0) return '';
  const lines = groups.flatMap(([reason, tests]) => [
    `  ${tests.length} x ${reason}`,
    `      ${tests.join(' ')}`,
  ]);
  return [`${status}:`, ...lines].join('\n');
}

/** Without the test's own name, so that equal reasons fall together. */
function oneLine(reason: string, name: string): string {
  return reason.replaceAll(`${name}.onnx`, 'the model').replaceAll(/\s+/g, ' ').trim();
}
