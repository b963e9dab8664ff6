import { CareError } from '@care/registry-core';

/** A score may exceed 1 by the rounding of a quantised model, not by more. */
const SCORE_SLACK = 1.01;

/** Where an output keeps what it says of a row besides box and scores: value k of row i at `first + i * rowStep + k * step`. */
export interface ExtraValues {
  readonly data: Float32Array;
  readonly first: number;
  readonly rowStep: number;
  readonly step: number;
  /** Values of a row. */
  readonly count: number;
}

/** Boxes above the threshold, in input pixels, before suppression. Reused from call to call. */
export class Candidates {
  /** x1, y1, x2, y2 of each. */
  readonly boxes: number[] = [];
  readonly scores: number[] = [];
  readonly classIds: number[] = [];
  /** Row of the output (anchor or query) that each came from. */
  readonly rows: number[] = [];
  /** Mask coefficients or keypoints of the rows; set by decoders whose output has them. */
  extra: ExtraValues | undefined;

  get count(): number {
    return this.scores.length;
  }

  clear(): void {
    this.boxes.length = 0;
    this.scores.length = 0;
    this.classIds.length = 0;
    this.rows.length = 0;
    this.extra = undefined;
  }

  /** Value `k` of what the output says of a candidate besides box and scores; NaN when it says nothing. */
  extraAt(index: number, k: number): number {
    const { extra } = this;
    if (extra === undefined || k >= extra.count) return NaN;
    return extra.data[extra.first + (this.rows[index] ?? 0) * extra.rowStep + k * extra.step] ?? NaN;
  }

  /**
   * Takes a box unless a number in it is not finite or it has no area.
   * @throws CareError MODEL_INCOMPATIBLE when the score is no probability: the wrong decoder, or logits
   */
  add(x1: number, y1: number, x2: number, y2: number, score: number, classId: number, row: number): void {
    if (!(x2 > x1 && y2 > y1) || !Number.isFinite(x1 + y1 + x2 + y2 + score)) return;
    if (score > SCORE_SLACK) {
      throw new CareError(
        'MODEL_INCOMPATIBLE',
        `the model's output has a score of ${score.toPrecision(4)}; scores lie in 0..1`,
        {
          remedy:
            'The output decoder does not fit, or the export lacks its sigmoid: state `postprocessing.decoder` (and its `scores` setting) in the manifest.',
        },
      );
    }
    this.boxes.push(x1, y1, x2, y2);
    this.scores.push(Math.min(1, score));
    this.classIds.push(classId);
    this.rows.push(row);
  }

  addCentered(
    cx: number,
    cy: number,
    width: number,
    height: number,
    score: number,
    classId: number,
    row: number,
  ): void {
    this.add(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2, score, classId, row);
  }
}
