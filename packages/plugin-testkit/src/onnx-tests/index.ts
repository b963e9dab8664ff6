export { runOnnxTests, type OnnxTestOptions } from './run-onnx-tests.js';
export {
  countByOperator,
  countResults,
  formatOnnxTestReport,
  type OnnxTestCounts,
  type OnnxTestReport,
  type OnnxTestResult,
  type OnnxTestStatus,
} from './onnx-test-report.js';
