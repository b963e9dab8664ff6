import type { ModelPackage } from '@care/registry-core';
import type { ServedBy } from '@care/model-manager';
import type { Dataset, DatasetEvaluation } from '@care/vision';

/** One evaluation, as table, JSON and report tell it. */
export interface EvalOutcome extends DatasetEvaluation {
  readonly servedBy: ServedBy;
  readonly package: ModelPackage;
  readonly dataset: Dataset;
  /** As the user named the data. */
  readonly data: string;
  readonly elapsedMs: number;
}

/** `yolov8n@1.2.0` */
export function modelName({ servedBy: { id, version } }: EvalOutcome): string {
  return version === undefined ? id : `${id}@${version}`;
}
