export { hardwareLine, type Hardware } from './hardware/hardware.js';
export { readHardware } from './hardware/read-hardware.js';
export { identityDifferences } from './profile/identity-difference.js';
export { fromBundle, importProfiles, toBundle, type ImportOutcome } from './profile/profile-bundle.js';
export { profilesDirectory, ProfileStore, type ProfileProblem } from './profile/profile-store.js';
export {
  profileKey,
  type AccuracyFigure,
  type LoadLevel,
  type Profile,
  type ProfileIdentity,
} from './profile/profile.js';
export type { AccuracyBasis } from './selection/accuracy-basis.js';
export { levelThroughput, type CandidateFigures } from './selection/candidate-figures.js';
export { candidateName, runningText } from './selection/candidate-name.js';
export type { Violation } from './selection/check-constraints.js';
export type { ConstraintName, Constraints } from './selection/constraints.js';
export {
  FIGURES,
  NAMED_OBJECTIVES,
  type FigureName,
  type Objective,
  type Weights,
} from './selection/objective.js';
export { paretoFront } from './selection/pareto.js';
export {
  select,
  type RejectedCandidate,
  type RunnerUp,
  type Selection,
  type SelectionRequest,
} from './selection/select.js';
export { formatViolation } from './selection/violation-text.js';
export {
  overLatencyAllowed,
  percentileFigure,
  percentileFigures,
  runsNeeded,
  type PercentileFigure,
} from './statistics/early-stopping.js';
export { bootstrapInterval, bootstrapReplicates, pairedDifference } from './statistics/bootstrap.js';
export { median, medianInterval } from './statistics/order-statistics.js';
export { countOutliers } from './statistics/outliers.js';
export { independentRatio, pairedRatio } from './statistics/ratio-interval.js';
export {
  accuracyVerdict,
  holdsEqual,
  timeVerdict,
  type AccuracyVerdict,
  type Verdict,
} from './statistics/verdict.js';
export type { StopReason } from './statistics/stop-rule.js';
export { bench } from './bench/bench.js';
export type { BenchOptions, BenchOutcome, BenchProgress, FailedCandidate } from './bench/bench-options.js';
export type { CandidateSpec, GridOptions, ImpossibleCandidate } from './candidates/candidate-spec.js';
export { candidateGrid } from './candidates/candidate-spec.js';
export { Identities, type Running } from './candidates/identity.js';
export { OpenedCandidate } from './candidates/opened-candidate.js';
export { picturesFrom, syntheticPictures, type SamplePictures } from './candidates/sample-pictures.js';
export type { CallTimes, Clock, Contestant } from './measure/contestant.js';
export { machineNoise, referenceWork, type MachineNoise } from './measure/machine-noise.js';
export { Recording } from './measure/recording.js';
export { measureRounds, type RoundsOptions } from './measure/rounds.js';
export { warmUp, type WarmUp } from './measure/warm-up.js';
export { replayHalving, type RecordedGrid, type ReplayOutcome } from './search/recorded-grid.js';
export {
  successiveHalving,
  type Arena,
  type HalvingOptions,
  type HalvingOutcome,
} from './search/successive-halving.js';
export { reportedFront, type ReportedFront } from './report/front.js';
export {
  comparedAccuracy,
  PERCENTILES,
  summarizeProfiles,
  type Bounded,
  type PercentileSummary,
  type ProfileSummary,
} from './report/profile-summary.js';
export { choose, selectAndLoad, type Choice, type ChoiceRequest } from './choose/select-and-load.js';
export { loadOptionsOf } from './choose/load-options.js';
export { LatencyWatch, type WatchRule } from './choose/latency-watch.js';
export { measuredLatencies } from './choose/measured-latency.js';
export {
  serveSelected,
  type SelectedModel,
  type SelectionEvent,
  type ServeSelectedOptions,
} from './choose/serve-selected.js';
export { localProfiles, type LocalProfiles, type StaleProfile } from './selection/local-profiles.js';
