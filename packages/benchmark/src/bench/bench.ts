import { randomUUID } from 'node:crypto';
import type { Care } from '@care/model-manager';
import { CareError } from '@care/registry-core';
import { candidateGrid, type CandidateSpec } from '../candidates/candidate-spec.js';
import { Identities } from '../candidates/identity.js';
import { syntheticPictures } from '../candidates/sample-pictures.js';
import { openEnergyMeter } from '../measure/energy-meter.js';
import { profileKey, type Profile } from '../profile/profile.js';
import { AccuracyStage } from './accuracy-stage.js';
import { DEFAULTS } from './bench-defaults.js';
import type { BenchOptions, BenchOutcome, FailedCandidate } from './bench-options.js';
import { measureBlock, type PlannedCandidate } from './measure-block.js';

/**
 * Measures every way to run the models that the options name, each in processes of its own, and gives a profile of each. What a store has a
 * valid profile of is not measured again. A candidate that fails is told and does not keep the others from being measured.
 * @throws CareError MODEL_NOT_FOUND and what else resolving throws; OPTIONS_INVALID; OUTPUT_FAILED (the store)
 */
export async function bench(care: Care, options: BenchOptions): Promise<BenchOutcome> {
  const begun = performance.now();
  check(options);
  const {
    pictures = syntheticPictures(),
    budgetMs = DEFAULTS.budgetMs,
    store,
    fresh = false,
    signal,
  } = options;
  const { specs, impossible } = await candidateGrid(care, options.references, options);
  const identities = new Identities(care);
  const accuracy = new AccuracyStage(care, options, pictures);
  const planned: PlannedCandidate[] = [];
  const known = new Map<CandidateSpec, Profile>();
  const failed: FailedCandidate[] = [];
  for (const spec of specs) {
    try {
      const identity = await identityOf(care, identities, spec);
      const profile = fresh ? undefined : await store?.read(identity);
      const data = accuracy.hasLabelsFor(spec) ? await accuracy.dataHash : undefined;
      if (profile !== undefined && isEnough(profile, pictures.workload.sha256, data))
        known.set(spec, profile);
      else planned.push({ spec, identity });
    } catch (error) {
      failed.push({ spec, error });
    }
  }
  const energy = await openEnergyMeter();
  const session = randomUUID();
  const blocks = blocksOf(planned, options.maxProcesses ?? DEFAULTS.maxProcesses);
  const measured = new Map<string, Profile>();
  const unmeasured: CandidateSpec[] = [];
  const referenceTimes: number[] = [];
  for (const block of blocks) {
    if (signal?.aborted === true) {
      unmeasured.push(...block.map(({ spec }) => spec));
      continue;
    }
    const share = (budgetMs * block.length) / planned.length;
    const outcome = await measureBlock(block, {
      ...{ care, options, pictures, accuracy, energy, session: `${session}/${blocks.indexOf(block)}` },
      budgetMs: share,
    });
    for (const profile of outcome.profiles) measured.set(profileKey(profile.identity), profile);
    failed.push(...outcome.failed);
    unmeasured.push(...outcome.unmeasured);
    referenceTimes.push(...outcome.referenceTimes);
  }
  const keys = new Map(planned.map(({ spec, identity }) => [spec, profileKey(identity)]));
  return {
    profiles: specs.flatMap((spec) => known.get(spec) ?? measured.get(keys.get(spec) ?? '') ?? []),
    reused: new Set([...known.values()].map(({ identity }) => profileKey(identity))),
    ...{ failed, impossible, unmeasured, referenceTimes },
    interrupted: signal?.aborted === true,
    blocks: blocks.length,
    elapsedMs: performance.now() - begun,
  };
}

/** What is not here yet is fetched first: an identity is of content. */
async function identityOf(care: Care, identities: Identities, spec: CandidateSpec) {
  const identity = await identities.of(spec.package, spec);
  if (identity !== undefined) return identity;
  const fetched = await care.registry.fetch(await care.resolve(spec.reference), spec.variant, {});
  const now = await identities.of(fetched.package, spec);
  if (now !== undefined) return now;
  throw new CareError(
    'ARTIFACT_MISSING',
    `the files of ${spec.reference}, variant ${spec.variant}, are not there`,
  );
}

/** A profile of the same candidate tells enough when it was measured to its end, with the same pictures and labels. */
function isEnough(
  { stop, workload, accuracy }: Profile,
  pictures: string,
  data: string | undefined,
): boolean {
  if (stop.reason === 'interrupted' || stop.reason === 'eliminated' || workload.sha256 !== pictures)
    return false;
  return data === undefined || accuracy.some((figure) => figure.kind === 'measured' && figure.data === data);
}

function blocksOf(planned: readonly PlannedCandidate[], maxProcesses: number): PlannedCandidate[][] {
  const blocks: PlannedCandidate[][] = [];
  let processes = Infinity;
  for (const candidate of planned) {
    const { replicas } = candidate.spec;
    if (processes + replicas > maxProcesses) {
      blocks.push([]);
      processes = 0;
    }
    blocks.at(-1)?.push(candidate);
    processes += replicas;
  }
  return blocks;
}

function check({ references, percentile = 95, precision = 0.03, budgetMs = 1 }: BenchOptions): void {
  const wrong =
    references.length === 0
      ? 'references: at least one model'
      : !(percentile > 0 && percentile < 100)
        ? `percentile: a number between 0 and 100, found ${percentile}`
        : !(precision > 0)
          ? `precision: a number above 0, found ${precision}`
          : !(budgetMs > 0)
            ? `budgetMs: a number above 0, found ${budgetMs}`
            : undefined;
  if (wrong !== undefined) throw new CareError('OPTIONS_INVALID', `benchmark option ${wrong}`);
}
