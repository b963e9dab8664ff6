import { variantBytes } from '../candidates/artifact-hashes.js';
import type { OpenedCandidate } from '../candidates/opened-candidate.js';
import type { SamplePictures } from '../candidates/sample-pictures.js';
import type { MeasuredLevels } from '../measure/load-levels.js';
import type { MachineNoise } from '../measure/machine-noise.js';
import type { ProcessMemory } from '../measure/process-memory.js';
import type { Recording } from '../measure/recording.js';
import type { WarmUp } from '../measure/warm-up.js';
import type { AccuracyFigure, Profile, ProfileIdentity } from '../profile/profile.js';

/** All that was found out about one candidate. */
export interface MeasuredCandidate {
  readonly candidate: OpenedCandidate;
  readonly identity: ProfileIdentity;
  readonly recording: Recording;
  readonly warm: WarmUp;
  readonly accuracy: readonly AccuracyFigure[];
  readonly levels: MeasuredLevels | undefined;
  readonly memory: ProcessMemory | undefined;
}

export interface SessionFacts {
  readonly session: string;
  readonly pictures: SamplePictures;
  readonly noise: MachineNoise | undefined;
  readonly energySource: string | undefined;
}

/** Runs beyond this are those of a mistake in the options, and would fill disks. */
const MAX_RUNS = 100_000;

export async function buildProfile(measured: MeasuredCandidate, facts: SessionFacts): Promise<Profile> {
  const { candidate, identity, recording, warm, accuracy, levels, memory } = measured;
  const { spec, model, loadMs } = candidate;
  const { modelId, version, task, variants } = model.package;
  const variant = variants.find(({ id }) => id === spec.variant);
  const { precision } = recording;
  const joules = levels?.joulesPerImage;
  return {
    schema: 1,
    identity,
    subject: {
      model: modelId,
      version: version ?? null,
      task,
      variant: spec.variant,
      format: variant?.format ?? 'unknown',
      precision: variant?.precision ?? 'unknown',
      device: model.servedBy.device,
      sizeBytes: variant === undefined ? 0 : await variantBytes(variant),
    },
    measuredAt: new Date().toISOString(),
    session: facts.session,
    workload: facts.pictures.workload,
    latency: {
      endToEnd: recording.endToEnd.slice(0, MAX_RUNS).map(rounded),
      inference: recording.inference.slice(0, MAX_RUNS).map(rounded),
      turns: recording.turns.slice(0, MAX_RUNS).map((turn) => (turn === null ? null : rounded(turn))),
      warmUpRuns: warm.runs,
      warmUpStable: warm.stable,
    },
    stop: {
      reason: recording.stop === 'failed' ? 'interrupted' : (recording.stop ?? 'budget'),
      precision: Number.isFinite(precision) ? precision : null,
    },
    loads: [rounded(loadMs)],
    memory: memory ?? null,
    levels: (levels?.levels ?? []).map(({ inFlight, windows, calls }) => ({
      inFlight,
      windows: windows.map(rounded),
      calls: calls.map(rounded),
    })),
    energy:
      joules === undefined || facts.energySource === undefined
        ? null
        : { joulesPerImage: joules, source: facts.energySource },
    accuracy: [...accuracy],
    noise: facts.noise ?? null,
  };
}

/** Microseconds. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
