export {
  compareOutputs,
  compareSessions,
  tensorTolerance,
  type CompareOptions,
  type SessionAgreement,
  type TensorRunner,
} from './compare-sessions.js';
export { coarseScale, collapsedText } from './collapsed-channels.js';
export { judgeOutputs } from './judge-outputs.js';
export type {
  ChannelAgreement,
  ErrorFigures,
  FlatChannel,
  Judgement,
  OutputAgreement,
  OutputFacts,
  OutputMismatch,
  Verdict,
} from './output-agreement.js';
export { OutputsComparison } from './outputs-comparison.js';
export {
  coarsestPrecision,
  PRECISION_CLASSES,
  precisionClass,
  TENSOR_TOLERANCES,
  type PrecisionClass,
  type TensorTolerance,
} from './tensor-tolerance.js';
