export { manifestSchema, MANIFEST_TASKS, type Manifest } from './manifest/manifest-schema.js';
export { manifestJsonSchema } from './manifest/manifest-json-schema.js';
export { parseManifest, type ParsedManifest } from './manifest/parse-manifest.js';
export { readManifestFile, requireManifest } from './manifest/read-manifest.js';
export {
  toModelPackage,
  variantFormat,
  type ExternalFile,
  type PackageFacts,
  type VariantFacts,
} from './manifest/to-model-package.js';
export {
  formatProblem,
  isError,
  problemsError,
  sortProblems,
  type ManifestProblem,
} from './problem/manifest-problem.js';
export { nearestName, nearNames } from './problem/nearest-name.js';
export { parseJson, type JsonLimits, type JsonParseResult, type JsonProblem } from './json/parse-json.js';
export { formatJsonPath, type JsonDocument, type JsonPath, type TextPosition } from './json/json-document.js';
export { readOnnxBytes, readOnnxFile, readOnnxSource, type ReadOnnxOptions } from './onnx/read-onnx.js';
export type { ByteSource } from './onnx/byte-source.js';
export { tensorSpecs } from './onnx/tensor-specs.js';
export type { OnnxElementType, OnnxExternalData, OnnxFacts, OnnxValue } from './onnx/onnx-facts.js';
export { checkManifestAgainstModel } from './check/check-model.js';
export {
  findExternalFiles,
  inspectExternalFiles,
  type ExternalDataReport,
} from './check/check-external-data.js';
export { checkExternalBytes } from './check/check-external-bytes.js';
export { sha256OfFile, verifyFileHash } from './check/file-hash.js';
export { isInside, resolveInside, type InsideOptions } from './paths/resolve-inside.js';
export { inferManifest, type ImportFlags, type InferredManifest } from './import/infer-manifest.js';
export { importModel, readClasses, type ImportedModel, type ImportOptions } from './import/import-model.js';
export { writeManifest, type WriteManifestOptions } from './import/write-manifest.js';
export { FAMILY_NAMES } from './import/model-family.js';
export { COCO_CLASSES } from './import/coco-classes.js';
export { deploymentSchema, type DeploymentFile } from './deployment/deployment-schema.js';
export { parseDeployment, type ParsedDeployment } from './deployment/parse-deployment.js';
export { descending, selectVersion } from './versions/select-version.js';
