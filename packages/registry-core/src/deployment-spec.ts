/** When a version that has just been given traffic is taken back by itself. */
export interface GuardSpec {
  /** Requests of the version before it is judged. */
  readonly minRequests: number;
  /** Share of failed requests, 0..1; more is a breach. Absent: not guarded. */
  readonly maxErrorRate?: number;
  /** p95 latency over that of the version it is compared with; more is a breach. Absent: not guarded. */
  readonly maxP95Ratio?: number;
  /** Milliseconds between probe images sent to the version; `maxMissedProbes` in a row that fail are a breach. Absent: none are sent. */
  readonly probeIntervalMs?: number;
  /** Default 3. */
  readonly maxMissedProbes?: number;
  /** `rollback`: the previous deployment is restored; `alert`: an event is all. */
  readonly onBreach: 'rollback' | 'alert';
}

/**
 * Which versions of a model are live, as stated outside the program (`<model_id>.deployment.json` of the local registry). Versions
 * are versions, ranges, or names of `aliases`. Plain data.
 */
export interface DeploymentSpec {
  readonly modelId: string;
  /** Weight by version; shares are weight / sum of weights. Absent: the highest version has all. */
  readonly traffic?: Readonly<Record<string, number>>;
  /** Versions by name, e.g. `{ "champion": "1.2.0" }`: `model@champion`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Name of the request's key that keeps a requester on one version, e.g. `camera_id`. Absent: each request is drawn anew. */
  readonly stickyBy?: string;
  /** Versions that get a copy of the requests; what they answer is only measured. */
  readonly shadow?: readonly string[];
  readonly guard?: GuardSpec;
  /** Where it was stated, for people. */
  readonly source?: string;
}
