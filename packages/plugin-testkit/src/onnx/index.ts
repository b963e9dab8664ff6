export {
  buildOnnxModel,
  type OnnxAttribute,
  type OnnxExternalTensor,
  type OnnxModelDescription,
  type OnnxNode,
} from './onnx-builder.js';
