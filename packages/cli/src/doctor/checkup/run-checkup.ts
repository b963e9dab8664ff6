import type { Care, Model } from '@care/model-manager';
import { compareModels, type CompareModelsOptions } from '@care/vision';
import type { CliIo } from '../../cli-io.js';
import { EXIT } from '../../exit-code.js';
import { openCare } from '../../host/open-care.js';
import type { DoctorOptions } from '../../commands/doctor.js';
import { createProgress, noProgress } from '../../output/progress.js';
import type { CheckedWay, CheckupReport, Way } from './checkup-report.js';
import { checkupJson } from './checkup-json.js';
import { checkupText } from './checkup-text.js';
import { choosePictures, type ChosenPictures } from './choose-pictures.js';
import { findWays } from './find-ways.js';
import { openWay } from './open-way.js';

/** Compares all ways to run a model on this machine with the first in full precision. @returns the exit code */
export async function runCheckup(
  options: DoctorOptions & { readonly model: string },
  io: CliIo,
): Promise<number> {
  await using care = await openCare({ ...options, quiet: true }, io);
  const { package: model, registry } = await care.resolve(options.model, { signal: io.signal });
  const pictures = await choosePictures(options.image ?? [], model, io);
  const { possible, impossible } = await findWays(care, options.model, model, io.signal);
  const progress =
    options.json === true || possible.length < 2
      ? noProgress
      : createProgress(io.stderr, { total: possible.length, unit: 'checked' });
  try {
    const checkup = new Checkup(care, options, pictures, io);
    await checkup.run(possible, () => progress.tick());
    const { from, names } = pictures;
    const { modelId, version, task } = model;
    const report: CheckupReport = {
      model: modelId,
      ...(version === undefined ? {} : { version }),
      ...{ registry, task, pictures: { from, names } },
      ...(checkup.reference === undefined ? {} : { reference: checkup.reference }),
      ways: [...withoutExcuse(checkup.ways), ...impossible],
    };
    progress.stop();
    io.stdout.write(
      options.json === true ? `${JSON.stringify(checkupJson(report))}\n` : checkupText(report, options, io),
    );
    const isBroken =
      report.reference === undefined || report.ways.some(({ verdict }) => verdict === 'broken');
    return isBroken ? EXIT.failed : EXIT.done;
  } finally {
    progress.stop();
  }
}

class Checkup {
  readonly ways: CheckedWay[] = [];
  reference: Way | undefined;
  readonly #care: Care;
  readonly #options: DoctorOptions & { readonly model: string };
  readonly #pictures: ChosenPictures;
  readonly #signal: AbortSignal;

  constructor(
    care: Care,
    options: DoctorOptions & { readonly model: string },
    pictures: ChosenPictures,
    { signal }: CliIo,
  ) {
    this.#care = care;
    this.#options = options;
    this.#pictures = pictures;
    this.#signal = signal;
  }

  /** The first that opens and passes its probes is the reference; with none, nothing is compared. */
  async run(possible: readonly Way[], onChecked: () => void): Promise<void> {
    const left: Way[] = [...possible];
    const suspects: Way[] = [];
    while (left.length > 0) {
      const way = left.shift();
      if (way === undefined) return;
      const found = await openWay(this.#care, this.#options.model, way, this.#signal);
      if ('failed' in found) this.ways.push(found.failed);
      else {
        await using reference = found.model;
        if (found.probeFailure !== undefined) suspects.push(way);
        else {
          this.reference = found.way;
          onChecked();
          await this.#compareAll(reference, found.way, [...suspects, ...left], onChecked);
          return;
        }
      }
      onChecked();
    }
    // None passes: told by what the probes say.
    for (const way of suspects) {
      const reasons = [
        'it does not pass the probe pictures of its package, and there is nothing to compare it with',
      ];
      this.ways.push({ ...way, verdict: 'broken', reasons });
    }
  }

  async #compareAll(
    reference: Model,
    its: Way,
    others: readonly Way[],
    onChecked: () => void,
  ): Promise<void> {
    const place = this.ways.length;
    let suspect: string | undefined;
    // Alone, it is looked at for numbers that no working model gives.
    if (others.length === 0) suspect = await this.#compare(reference, reference, its, undefined, false);
    for (const way of others) {
      const found = await openWay(this.#care, this.#options.model, way, this.#signal);
      if ('failed' in found) this.ways.push(found.failed);
      else {
        await using candidate = found.model;
        suspect = (await this.#compare(reference, candidate, found.way, found.probeFailure, true)) ?? suspect;
      }
      onChecked();
    }
    this.ways.splice(place, 0, {
      ...its,
      verdict: suspect === undefined ? 'reference' : 'broken',
      reasons: suspect === undefined ? [] : [suspect],
    });
  }

  /** @returns what speaks against the reference */
  async #compare(
    reference: Model,
    candidate: Model,
    way: Way,
    probeFailure: string | undefined,
    noted: boolean,
  ): Promise<string | undefined> {
    const { precision } = this.#options;
    const options: CompareModelsOptions = {
      signal: this.#signal,
      ...(precision === undefined ? {} : { precision }),
    };
    const agreement = await compareModels(reference, candidate, this.#pictures.inputs, options);
    const reasons = [...agreement.reasons, ...(probeFailure === undefined ? [] : [probeFailure])];
    const verdict = probeFailure === undefined ? agreement.verdict : 'broken';
    if (noted) this.ways.push({ ...way, verdict, reasons, agreement });
    return agreement.referenceFault;
  }
}

/** A variant that no engine here can open is broken, whatever each of them says: there is none that it is at fault. */
function withoutExcuse(ways: readonly CheckedWay[]): CheckedWay[] {
  const ran = new Set(ways.filter(({ verdict }) => verdict !== 'not run').map(({ variant }) => variant));
  return ways.map((way) => {
    const incompatible =
      way.verdict === 'not run' && way.reasons[0]?.startsWith('MODEL_INCOMPATIBLE') === true;
    return incompatible && !ran.has(way.variant) ? { ...way, verdict: 'broken' } : way;
  });
}
