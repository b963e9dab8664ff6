import type { Care, Prediction } from '@care/model-manager';
import { taskFor } from '@care/vision';
import { agreementFigure, answersTo } from '../accuracy/agreement.js';
import { datasetHash } from '../accuracy/dataset-hash.js';
import { declaredAccuracy } from '../accuracy/declared-accuracy.js';
import { measuredAccuracy } from '../accuracy/measured-accuracy.js';
import type { CandidateSpec } from '../candidates/candidate-spec.js';
import type { OpenedCandidate } from '../candidates/opened-candidate.js';
import type { SamplePictures } from '../candidates/sample-pictures.js';
import { contentHash } from '../profile/canonical-json.js';
import type { AccuracyFigure } from '../profile/profile.js';
import type { BenchOptions } from './bench-options.js';

/** What gives the same answers: threads, replicas and batch do not change them. */
const answering = ({ reference, variant, backend, device }: CandidateSpec): string =>
  JSON.stringify([reference, variant, backend, device ?? null]);

/** Pictures of an agreement at most. */
const AGREEMENT_PICTURES = 64;

/**
 * Accuracy of candidates, once for all that give the same answers: measured where there are labels, else as declared, else the agreement
 * with the first variant of the package.
 */
export class AccuracyStage {
  readonly #care: Care;
  readonly #options: BenchOptions;
  readonly #pictures: SamplePictures;
  readonly #known = new Map<string, AccuracyFigure[]>();
  readonly #references = new Map<string, Promise<readonly Prediction[]>>();
  #hash: Promise<string> | undefined;

  constructor(care: Care, options: BenchOptions, pictures: SamplePictures) {
    this.#care = care;
    this.#options = options;
    this.#pictures = pictures;
  }

  /** Of the labelled pictures; undefined without. */
  get dataHash(): Promise<string> | undefined {
    const { dataset } = this.#options;
    return dataset === undefined ? undefined : (this.#hash ??= datasetHash(dataset.data, dataset.limit));
  }

  /** Whether labels are of the kind that this task is measured against. */
  hasLabelsFor({ package: { task } }: CandidateSpec): boolean {
    return this.#options.dataset?.data.truth === taskFor(task).evaluation.truth;
  }

  /** @throws CareError what predicting throws; ABORTED */
  async of(
    candidate: OpenedCandidate,
    onImage: (done: number, total: number) => void,
  ): Promise<AccuracyFigure[]> {
    const key = answering(candidate.spec);
    const known = this.#known.get(key) ?? (await this.#measure(candidate, onImage));
    this.#known.set(key, known);
    return known;
  }

  async #measure(
    candidate: OpenedCandidate,
    onImage: (done: number, total: number) => void,
  ): Promise<AccuracyFigure[]> {
    const { dataset, signal } = this.#options;
    const { spec, model } = candidate;
    const declared = declaredAccuracy(spec.package.benchmarks);
    if (dataset !== undefined && this.hasLabelsFor(spec)) {
      const measured = await measuredAccuracy(model, dataset.data, (await this.dataHash) ?? '', {
        ...(dataset.limit === undefined ? {} : { limit: dataset.limit }),
        ...(signal === undefined ? {} : { signal }),
        onImage,
      });
      return [...measured, ...declared];
    }
    // One variant has nothing to agree with but itself, a synthetic picture nothing to agree on.
    if (declared.length > 0 || spec.package.variants.length === 1 || this.#pictures.synthetic === true)
      return declared;
    const images = this.#pictures.images.slice(0, AGREEMENT_PICTURES);
    const reference = await this.#reference(spec);
    const answers = await answersTo(model, images, signal);
    const data = contentHash([
      this.#pictures.workload.sha256,
      spec.reference,
      spec.package.variants[0]?.id ?? null,
    ]);
    return [agreementFigure(spec.package.task, reference, answers, data)];
  }

  /** Answers of the first variant, by whatever opens it first. */
  #reference({ reference, package: { variants } }: CandidateSpec): Promise<readonly Prediction[]> {
    let answers = this.#references.get(reference);
    if (answers === undefined) {
      const { signal } = this.#options;
      const images = this.#pictures.images.slice(0, AGREEMENT_PICTURES);
      answers = (async () => {
        await using model = await this.#care.load(reference, {
          ...(variants[0] === undefined ? {} : { variant: variants[0].id }),
          ...(signal === undefined ? {} : { signal }),
        });
        return await answersTo(model, images, signal);
      })();
      this.#references.set(reference, answers);
    }
    return answers;
  }
}
