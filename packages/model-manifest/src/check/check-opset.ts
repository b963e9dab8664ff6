import type { Finding, ModelCheck } from './finding.js';

/** ONNX Runtime supports models of opset 7 (ONNX 1.2) and later (onnxruntime.ai, "Compatibility"). */
const OLDEST = 7;
/** Of onnx 1.23. */
const NEWEST_KNOWN = 28;

export const checkOpset: ModelCheck = (_manifest, { opsets }): Finding[] => {
  const opset = opsets['ai.onnx'];
  const path = ['model_path'];
  if (opset === undefined) return [];
  if (opset < OLDEST) {
    return [
      {
        path,
        found: `a model of opset ${opset}`,
        expected: `opset ${OLDEST} or later; export it again`,
        severity: 'error',
      },
    ];
  }
  if (opset > NEWEST_KNOWN) {
    const expected = `an opset up to ${NEWEST_KNOWN}; the backend may not run it`;
    return [{ path, found: `a model of opset ${opset}`, expected, severity: 'warning' }];
  }
  return [];
};
