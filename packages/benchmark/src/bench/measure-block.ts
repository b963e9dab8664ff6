import type { Care } from '@care/model-manager';
import type { CandidateSpec } from '../candidates/candidate-spec.js';
import { OpenedCandidate } from '../candidates/opened-candidate.js';
import type { SamplePictures } from '../candidates/sample-pictures.js';
import type { EnergyMeter } from '../measure/energy-meter.js';
import { measureLevels } from '../measure/load-levels.js';
import { machineNoise, referenceWork } from '../measure/machine-noise.js';
import { Recording } from '../measure/recording.js';
import { measureRounds } from '../measure/rounds.js';
import { warmUp } from '../measure/warm-up.js';
import { profileKey, type AccuracyFigure, type Profile, type ProfileIdentity } from '../profile/profile.js';
import type { AccuracyStage } from './accuracy-stage.js';
import { DEFAULTS } from './bench-defaults.js';
import type { BenchOptions, BenchProgress, FailedCandidate } from './bench-options.js';
import { buildProfile } from './build-profile.js';
import { halveCandidates } from './halve-candidates.js';

export interface PlannedCandidate {
  readonly spec: CandidateSpec;
  readonly identity: ProfileIdentity;
}

export interface BlockTools {
  readonly care: Care;
  readonly options: BenchOptions;
  readonly pictures: SamplePictures;
  readonly accuracy: AccuracyStage;
  readonly energy: EnergyMeter | undefined;
  readonly session: string;
  readonly budgetMs: number;
}

export interface BlockOutcome {
  readonly profiles: readonly Profile[];
  readonly failed: readonly FailedCandidate[];
  readonly unmeasured: readonly CandidateSpec[];
  readonly referenceTimes: readonly number[];
}

interface Seat extends PlannedCandidate {
  readonly candidate: OpenedCandidate;
  readonly accuracy: readonly AccuracyFigure[];
  readonly recording: Recording;
}

/** Of one level of load: together about half as long as the rounds. */
const LEVEL_MS = { least: 1000, most: 8000 };

const now = (): number => performance.now();

/** Opens candidates side by side, measures them in common rounds and closes them again. What was measured is kept when it is interrupted. */
export async function measureBlock(
  planned: readonly PlannedCandidate[],
  tools: BlockTools,
): Promise<BlockOutcome> {
  const failed: FailedCandidate[] = [];
  const seats: Seat[] = [];
  const referenceTimes: number[] = [];
  try {
    await openSeats(planned, tools, seats, failed);
    const warm = new Map(await warmSeats(seats, tools, failed));
    const running = seats.filter((seat) => warm.has(seat));
    await runRounds(running, tools, referenceTimes);
    const profiles: Profile[] = [];
    const noise = machineNoise(referenceTimes);
    const { session, pictures, energy } = tools;
    const facts = { session, pictures, noise, energySource: energy?.source };
    for (const [index, seat] of running.entries()) {
      const { recording, candidate, spec } = seat;
      if (recording.endToEnd.length === 0 && recording.stop !== 'failed') continue;
      report(tools, { phase: 'levels', done: index, total: running.length });
      const measured = await finished(seat, running.length, tools).catch((error: unknown) => ({ error }));
      if ('error' in measured) {
        failed.push({ spec, error: measured.error });
        continue;
      }
      const profile = await buildProfile(
        {
          ...{ ...seat, ...measured, memory: await candidate.memory() },
          warm: warm.get(seat) ?? { runs: 0, stable: false },
        },
        facts,
      );
      profiles.push(profile);
      await tools.options.store?.write(profile);
    }
    const done = new Set([...profiles.map(({ identity }) => profileKey(identity))]);
    const lost = new Set(failed.map(({ spec }) => spec));
    return {
      profiles,
      failed,
      unmeasured: planned
        .filter(({ spec, identity }) => !done.has(profileKey(identity)) && !lost.has(spec))
        .map(({ spec }) => spec),
      referenceTimes,
    };
  } finally {
    await Promise.all(seats.map(({ candidate }) => candidate.close()));
  }
}

async function openSeats(
  planned: readonly PlannedCandidate[],
  tools: BlockTools,
  seats: Seat[],
  failed: FailedCandidate[],
): Promise<void> {
  const { care, options, pictures, accuracy } = tools;
  const { signal } = options;
  for (const [index, { spec, identity }] of planned.entries()) {
    if (signal?.aborted === true) return;
    report(tools, { phase: 'open', done: index, total: planned.length });
    let candidate: OpenedCandidate | undefined;
    try {
      candidate = await OpenedCandidate.open(care, spec, pictures.images, signal);
      const figures = await accuracy.of(candidate, (done, total) =>
        report(tools, { phase: 'accuracy', done, total }),
      );
      seats.push({ spec, identity, candidate, accuracy: figures, recording: new Recording() });
    } catch (error) {
      await candidate?.close();
      if (!isAborted(options)) failed.push({ spec, error });
    }
  }
}

/** Asked again: it changes while something is awaited. */
function isAborted({ signal }: BenchOptions): boolean {
  return signal?.aborted === true;
}

async function warmSeats(seats: readonly Seat[], tools: BlockTools, failed: FailedCandidate[]) {
  const warm: (readonly [Seat, Awaited<ReturnType<typeof warmUp>>])[] = [];
  for (const [index, seat] of seats.entries()) {
    report(tools, { phase: 'warm-up', done: index, total: seats.length });
    try {
      warm.push([seat, await warmUp(seat.candidate, now, tools.options.signal)]);
    } catch (error) {
      failed.push({ spec: seat.spec, error });
    }
  }
  return warm;
}

async function runRounds(seats: readonly Seat[], tools: BlockTools, referenceTimes: number[]): Promise<void> {
  const { options, budgetMs } = tools;
  const {
    percentile = DEFAULTS.percentile,
    precision = DEFAULTS.precision,
    search = 'exhaustive',
    signal,
  } = options;
  const begun = now();
  const common = {
    rule: { precision, percentiles: [percentile] },
    deadline: begun + budgetMs,
    now,
    ...(signal === undefined ? {} : { signal }),
    onRound: (_round: number, leftMs: number) => {
      referenceTimes.push(referenceWork(now));
      const passed = now() - begun;
      report(tools, { phase: 'rounds', done: passed, total: passed + leftMs, leftMs });
    },
  };
  const contestants = new Map(seats.map(({ candidate, recording }) => [candidate, recording]));
  const next = search === 'exhaustive' ? 0 : await halveCandidates(seats, search, common, budgetMs);
  await measureRounds(contestants, common, next);
}

/** Its throughput, unless that was not asked for or it was given up. @throws what it failed with in the rounds, or fails with now */
async function finished(
  { candidate, recording }: Seat,
  candidates: number,
  { options, energy, budgetMs }: BlockTools,
) {
  const { levels = true, signal, percentile = DEFAULTS.percentile } = options;
  if (recording.stop === 'failed') throw recording.failure;
  if (!levels || recording.stop === 'eliminated' || isAborted(options)) return { levels: undefined };
  const maxMs = Math.min(LEVEL_MS.most, Math.max(LEVEL_MS.least, budgetMs / (4 * candidates)));
  const wanted = { energy, percentile, maxMs, now, ...(signal === undefined ? {} : { signal }) };
  return { levels: await measureLevels(candidate, wanted) };
}

function report({ options }: BlockTools, progress: BenchProgress): void {
  options.onProgress?.(progress);
}
