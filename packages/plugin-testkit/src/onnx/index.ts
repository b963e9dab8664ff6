export {
  buildOnnxModel,
  ONNX_ELEMENT_TYPE,
  type OnnxAttribute,
  type OnnxExternalTensor,
  type OnnxModelDescription,
  type OnnxNode,
} from './onnx-builder.js';
