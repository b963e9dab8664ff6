import type {
  Care,
  ImageInput,
  LoadOptions,
  Model,
  ModelPredictOptions,
  Prediction,
} from '@care/model-manager';
import { CareError } from '@care/registry-core';
import { DEFAULT_PERCENTILE } from '../selection/constraints.js';
import { LatencyWatch, type WatchRule } from './latency-watch.js';
import { choose, type Choice, type ChoiceRequest } from './select-and-load.js';
import { ServedCandidate } from './served-candidate.js';

export type SelectionEvent =
  /** Another candidate serves from here on. */
  | {
      readonly kind: 'switched';
      readonly from: Choice;
      readonly to: Choice;
      readonly liveMs: number | undefined;
    }
  /** The bound has been left, and nothing else would keep it, or could be loaded: what served goes on. */
  | {
      readonly kind: 'stayed';
      readonly current: Choice;
      readonly liveMs: number | undefined;
      readonly error: unknown;
    };

export interface ServeSelectedOptions {
  /** Options of every load that are no matter of the choice. */
  readonly load?: LoadOptions;
  /** Without `maxLatencyMs` among the constraints there is nothing to watch. */
  readonly watch?: Omit<WatchRule, 'boundMs'> & {
    /** Milliseconds between two looks; default 1000. */
    readonly everyMs?: number;
  };
  /** Milliseconds that a candidate may take to finish what it began; default 30 000. */
  readonly drainMs?: number;
  readonly onEvent?: (event: SelectionEvent) => void;
}

/** A model that is whatever was chosen for the constraints, and another when it no longer keeps them. */
export interface SelectedModel extends AsyncDisposable {
  readonly choice: Choice;
  readonly model: Model;
  /** Milliseconds at the percentile of the constraints over the latest requests; undefined while they are too few. */
  readonly liveMs: number | undefined;
  predict(image: ImageInput, options?: ModelPredictOptions): Promise<Prediction>;
  /**
   * Chooses again, without the candidate that serves, and switches to what is chosen. Resolves when it serves.
   * @throws CareError as `selectAndLoad`; what served goes on
   */
  reselect(): Promise<Choice>;
  dispose(): Promise<void>;
}

/**
 * Chooses, loads and serves, and chooses again when the live latency has left its bound for a set time. The new candidate is opened, warmed up
 * and probed beside the old one, then the switch is one assignment; requests end on the candidate they began on, which is then drained
 * and freed. So no request is dropped, and a candidate that cannot be opened changes nothing.
 * @throws CareError as `selectAndLoad`
 */
export async function serveSelected(
  care: Care,
  request: ChoiceRequest,
  options: ServeSelectedOptions = {},
): Promise<SelectedModel> {
  const { load = {}, drainMs = 30_000, onEvent, watch = {} } = options;
  const { percentile = DEFAULT_PERCENTILE, maxLatencyMs } = request.constraints ?? {};
  const open = async (wanted: ChoiceRequest): Promise<ServedCandidate> => {
    const choice = await choose(care, wanted);
    return new ServedCandidate(choice, await care.load(choice.reference, { ...load, ...choice.load }));
  };
  let current = await open(request);
  let changing: Promise<Choice> | undefined;
  let disposed: Promise<void> | undefined;
  const draining = new Set<Promise<void>>();

  const change = async (): Promise<Choice> => {
    const before = current;
    const liveMs = before.latencies.percentile(percentile);
    // It keeps the constraints by its profile, and does not here and now.
    const next = await open({ ...request, exclude: [...(request.exclude ?? []), before.key] });
    if (disposed !== undefined) {
      await next.model.dispose();
      throw new CareError('DISPOSED', 'the selected model has been disposed');
    }
    current = next;
    const drained: Promise<void> = before.drain(drainMs).finally(() => draining.delete(drained));
    draining.add(drained);
    onEvent?.({ kind: 'switched', from: before.choice, to: next.choice, liveMs });
    return next.choice;
  };

  const reselect = (): Promise<Choice> => {
    if (disposed !== undefined) throw new CareError('DISPOSED', 'the selected model has been disposed');
    return (changing ??= change().finally(() => (changing = undefined)));
  };

  const { everyMs = 1000, ...rule } = watch;
  const breach =
    maxLatencyMs === undefined ? undefined : new LatencyWatch({ ...rule, boundMs: maxLatencyMs });
  const look = (): void => {
    const liveMs = current.latencies.percentile(percentile);
    if (changing !== undefined || breach?.observe(liveMs, performance.now()) !== true) return;
    const { choice } = current;
    reselect().catch((error: unknown) => onEvent?.({ kind: 'stayed', current: choice, liveMs, error }));
  };
  const timer = breach === undefined ? undefined : setInterval(look, everyMs).unref();

  const end = async (): Promise<void> => {
    clearInterval(timer);
    await changing?.catch(() => undefined);
    await Promise.all([...draining, current.model.dispose()]);
  };
  const dispose = (): Promise<void> => (disposed ??= end());
  return {
    get choice() {
      return current.choice;
    },
    get model() {
      return current.model;
    },
    get liveMs() {
      return current.latencies.percentile(percentile);
    },
    predict: (image, given) => current.run((model) => model.predict(image, given)),
    reselect: async () => await reselect(),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
