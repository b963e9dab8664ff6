import type { DeploymentRecord } from '@care/model-manager';
import { comparable, summary } from './comparison.js';
import type { GuardDocument, Failure, ModelDocument } from './documents.js';
import { element, setChildren, setHidden, setText } from './elements.js';
import { duration, percent, perSecond, plain, trimmed } from './figures.js';
import { LineChart } from './line-chart.js';
import {
  comparisonColumns,
  comparisonRows,
  HISTORY_COLUMNS,
  historyRows,
  VERSION_COLUMNS,
  versionRows,
} from './model-tables.js';
import { Table } from './table.js';
import { TrafficBar } from './traffic-bar.js';
import { VersionLines } from './version-lines.js';
import { describeTraffic, versionLabels, versionName } from './version-words.js';

let views = 0;

/** Everything about one model id. */
export class ModelView {
  readonly root: HTMLElement;
  /** Where a link leads to. */
  readonly anchor = `model-${String(views++)}`;
  readonly #lines = new VersionLines();
  readonly #facts = element('p', { class: 'facts' });
  readonly #rollback = element('button', { type: 'button', class: 'danger' });
  readonly #problemCode = element('strong');
  readonly #problemMessage = element('p');
  readonly #problemRemedy = element('p');
  readonly #problem = element(
    'div',
    { class: 'problem', hidden: '' },
    this.#problemCode,
    this.#problemMessage,
    this.#problemRemedy,
  );
  readonly #held = element('p', { class: 'held', hidden: '' });
  readonly #bar = new TrafficBar();
  readonly #versions: Table;
  readonly #charts = {
    rate: new LineChart('Requests', perSecond, 1),
    p50: new LineChart('Latency p50', duration, 0.001),
    p95: new LineChart('Latency p95', duration, 0.001),
    errorRate: new LineChart('Error rate', percent, 0.01),
  };
  readonly #verdicts = element('ul', { class: 'verdicts' });
  readonly #comparison: Table;
  readonly #history: Table;
  #status: ModelDocument | undefined;
  /** Generation at which the history was asked for. */
  #historyOf: number | undefined;

  /** @param askRollback opens the question */
  constructor(modelId: string, askRollback: (status: ModelDocument) => void) {
    this.#versions = new Table(`Versions of ${modelId}`, 'versions');
    this.#comparison = new Table(`Versions of ${modelId} compared`, 'comparison');
    this.#history = new Table(`Deployments of ${modelId}`, 'deployments tall');
    this.#rollback.addEventListener('click', () => {
      if (this.#status !== undefined) askRollback(this.#status);
    });
    this.root = element(
      'section',
      { class: 'model', 'aria-labelledby': this.anchor },
      element(
        'header',
        {},
        element('div', {}, element('h2', { id: this.anchor }, modelId), this.#facts),
        this.#rollback,
      ),
      this.#problem,
      this.#held,
      this.#bar.root,
      this.#versions.root,
      element('div', { class: 'charts' }, ...Object.values(this.#charts).map((chart) => chart.root)),
      element(
        'div',
        { class: 'columns' },
        element('div', {}, element('h3', {}, 'Comparison'), this.#verdicts, this.#comparison.root),
        element('div', {}, element('h3', {}, 'Deployments'), this.#history.root),
      ),
    );
  }

  /** Requests per second of the live versions. */
  get rate(): number | undefined {
    const live = this.#status?.versions.filter(({ role }) => role === 'live') ?? [];
    const rates = live.flatMap(({ id }) => this.#lines.latest(id)?.rate ?? []);
    return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate);
  }

  /** Whether the history that is shown is older than this. */
  wantsHistory({ generation }: ModelDocument): boolean {
    return this.#historyOf !== generation;
  }

  /** @param now milliseconds, rising from call to call */
  show(status: ModelDocument, now: number): void {
    this.#status = status;
    this.#lines.add(now, status.versions);
    setText(this.#facts, facts(status));
    this.#showRollback(status);
    this.#showProblem(status);
    this.#bar.show(status, this.#lines);
    this.#versions.show(VERSION_COLUMNS, versionRows(status, this.#lines));
    for (const key of ['rate', 'p50', 'p95', 'errorRate'] as const) {
      this.#charts[key].show(
        this.#lines.lines((point) => point[key]),
        now,
      );
    }
    this.#compare(status);
  }

  showHistory({ generation }: ModelDocument, history: readonly DeploymentRecord[]): void {
    this.#historyOf = generation;
    this.#history.show(HISTORY_COLUMNS, historyRows(history));
  }

  #showRollback({ rollback_to: target }: ModelDocument): void {
    this.#rollback.disabled = target === null;
    setText(
      this.#rollback,
      target === null ? 'Nothing to roll back to' : `Roll back to ${describeTraffic(target)}`,
    );
  }

  #showProblem({ state, error, problem, latched }: ModelDocument): void {
    const failure: Failure | undefined = error ?? problem ?? undefined;
    setHidden(this.#problem, failure === undefined);
    if (failure !== undefined) {
      const what = error === undefined ? 'The last change was not taken' : `The model is ${state}`;
      setText(this.#problemCode, `${what}: ${failure.code}`);
      setText(this.#problemMessage, failure.message);
      setText(this.#problemRemedy, failure.remedy ?? '');
    }
    setHidden(this.#held, latched.length === 0);
    setText(
      this.#held,
      `Held after a rollback: ${latched.map(versionName).join(', ')}. ` +
        'It becomes live again only when it is deployed by name or its files change.',
    );
  }

  #compare(status: ModelDocument): void {
    const versions = comparable(status.versions);
    const labels = versionLabels(status.versions);
    const [baseline, ...candidates] = versions;
    setHidden(this.#comparison.root, baseline === undefined || candidates.length === 0);
    const texts =
      baseline === undefined || candidates.length === 0
        ? ['Fewer than two versions have answered: nothing to compare yet.']
        : candidates.map((one) => summary(one, baseline, ({ id }) => labels.get(id) ?? id));
    setChildren(
      this.#verdicts,
      texts.map((text, index) => {
        const item = this.#verdicts.children[index] ?? element('li');
        setText(item, text);
        return item;
      }),
    );
    this.#comparison.show(comparisonColumns(versions, labels), comparisonRows(versions));
  }
}

function facts({ state, generation, sticky_by: stickyBy, aliases, guard, shadow }: ModelDocument): string {
  const names = Object.entries(aliases).map(([alias, version]) => `${alias} is ${versionName(version)}`);
  return [
    state,
    `generation ${String(generation)}`,
    ...(stickyBy === null ? [] : [`sticky by ${stickyBy}`]),
    ...(shadow.length === 0 ? [] : [`shadow ${shadow.map(versionName).join(', ')}`]),
    ...names,
    ...(guard === null ? [] : [guardWords(guard)]),
  ].join(' · ');
}

function guardWords(guard: GuardDocument): string {
  const { max_error_rate: errorRate, max_p95_ratio: p95Ratio, probe_interval_ms: probes } = guard;
  const bounds = [
    ...(errorRate === undefined ? [] : [`errors up to ${trimmed(percent)(errorRate)}`]),
    ...(p95Ratio === undefined ? [] : [`p95 up to ${trimmed(plain)(p95Ratio)} times`]),
    ...(probes === undefined ? [] : ['probes answered']),
  ];
  const action = guard.on_breach === 'rollback' ? 'else roll back' : 'else alert';
  return `guard after ${String(guard.min_requests)} requests: ${bounds.join(', ')}, ${action}`;
}
