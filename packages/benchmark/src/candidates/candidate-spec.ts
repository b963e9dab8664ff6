import type { Care } from '@care/model-manager';
import { CareError, type JsonObject, type ModelPackage, type ResolvedModel } from '@care/registry-core';
import type { Selection as Choice } from '@care/model-manager';

/** One way to run one model, before anything of it is opened. */
export interface CandidateSpec {
  readonly reference: string;
  readonly package: ModelPackage;
  readonly variant: string;
  readonly backend: string;
  /** Absent: the backend's own choice. */
  readonly device?: string;
  /** Intra-op threads of each worker; absent: the engine's default. */
  readonly threads?: number;
  readonly replicas: number;
  /** Images of one call. */
  readonly batch: number;
  readonly isolation: 'thread' | 'process';
}

/** What of a model's ways to run is measured. */
export interface GridOptions {
  /** Default: the engine's own. */
  readonly threads?: readonly (number | undefined)[];
  /** Default: 1. */
  readonly replicas?: readonly number[];
  /** Default: 1. */
  readonly batches?: readonly number[];
  /** Only what one of these selects; all when empty. */
  readonly only?: readonly Choice[];
  /** `process` (default): memory is its own, and a crash ends one candidate. */
  readonly isolation?: 'thread' | 'process';
}

/** A way that cannot be measured, and why. */
export interface ImpossibleCandidate {
  readonly reference: string;
  readonly variant: string;
  readonly backend: string;
  readonly device?: string;
  readonly reason: string;
}

export interface CandidateGrid {
  readonly specs: readonly CandidateSpec[];
  readonly impossible: readonly ImpossibleCandidate[];
}

/**
 * Every variant with every backend and device that can run it here, with all combinations of threads, replicas and batch. Precisions below
 * fp16 are among them: measuring tells what they cost.
 * @throws CareError what `resolve` and `negotiate` throw; OPTIONS_INVALID
 */
export async function candidateGrid(
  care: Care,
  references: readonly string[],
  options: GridOptions = {},
): Promise<CandidateGrid> {
  const { threads = [undefined], replicas = [1], batches = [1], only = [], isolation = 'process' } = options;
  for (const count of [...threads.filter((value) => value !== undefined), ...replicas, ...batches]) {
    if (!Number.isSafeInteger(count) || count < 1)
      throw new CareError(
        'OPTIONS_INVALID',
        `threads, replicas and batches are whole numbers from 1, found ${count}`,
      );
  }
  const specs: CandidateSpec[] = [];
  const impossible: ImpossibleCandidate[] = [];
  for (const reference of new Set(references)) {
    const resolved = await care.resolve(reference);
    const verdicts = await care.negotiate(reference, { minPrecision: 'int8', ...coarse(resolved) });
    for (const { variant, format, precision, backend, device, verdict, reason } of verdicts) {
      const place = { reference, variant, backend, ...(device === undefined ? {} : { device }) };
      if (only.length > 0 && !only.some((choice) => fits(choice, { ...place, format, precision }))) continue;
      if (verdict === 'rejected') impossible.push({ ...place, reason });
      else {
        for (const batch of batches)
          for (const count of replicas)
            for (const thread of threads)
              specs.push({
                ...place,
                package: resolved.package,
                ...(thread === undefined ? {} : { threads: thread }),
                ...{ replicas: count, batch, isolation },
              });
      }
    }
  }
  return { specs, impossible };
}

/** Formats below int8 are taken by naming them. */
function coarse({ package: { variants } }: ResolvedModel): { prefer?: readonly Choice[] } {
  return { prefer: variants.map(({ id }) => ({ variant: id })) };
}

function fits(choice: Choice, candidate: Choice): boolean {
  return (['backend', 'device', 'variant', 'format', 'precision'] as const).every(
    (field) => choice[field] === undefined || choice[field].toLowerCase() === candidate[field]?.toLowerCase(),
  );
}

/** What a package says of how pictures and tensors are treated: it is part of what is measured. */
export function packageSettings(model: ModelPackage): JsonObject {
  const { task, classNames, inputSize, preprocessing, postprocessing, keypoints } = model;
  return JSON.parse(
    JSON.stringify({
      task,
      classes: classNames.length,
      inputSize,
      preprocessing,
      postprocessing,
      keypoints: keypoints ?? null,
    }),
  ) as JsonObject;
}
