import type { Counter, Histogram } from 'prom-client';

type Labels = Partial<Record<string, string | number>>;

/** Metrics with the labels `model` and `version` whose series end with the version. */
export class EndingSeries {
  constructor(private readonly metrics: readonly (Counter | Histogram)[]) {}

  /** Ends the series of versions that are not to be kept. */
  async end(keep: (labels: Labels) => boolean): Promise<void> {
    for (const metric of this.metrics) {
      const { values } = await metric.get();
      const gone = new Map<string, Labels>();
      for (const value of values) {
        const labels: Labels = { ...value.labels };
        // Of a bucket, which is no label of the series.
        delete labels.le;
        if (!keep(labels)) gone.set(JSON.stringify(labels), labels);
      }
      for (const labels of gone.values()) metric.remove(labels);
    }
  }
}
