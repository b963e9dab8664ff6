/** Kinds of arguments: `p` any pointer, `z` size_t, `i` int. */
type Signature = string;

/**
 * The functions of ONNX Runtime's C API that a session needs: place in the table `OrtApi` and arguments. All but the releases give an
 * `OrtStatus`, null when all is well. Source: onnxruntime_c_api.h, version 21; the table only ever grows, and `GetApi(21)` gives
 * this one in every later version.
 */
export const ORT_API_VERSION = 21;

export const ORT_FUNCTIONS = {
  CreateEnv: [3, 'ipp'],
  CreateSessionFromArray: [8, 'ppzpp'],
  Run: [9, 'ppppzpzp'],
  CreateSessionOptions: [10, 'p'],
  SetSessionLogSeverityLevel: [22, 'pi'],
  SetIntraOpNumThreads: [24, 'pi'],
  SessionGetInputCount: [30, 'pp'],
  SessionGetOutputCount: [31, 'pp'],
  SessionGetInputTypeInfo: [33, 'pzp'],
  SessionGetOutputTypeInfo: [34, 'pzp'],
  SessionGetInputName: [36, 'pzpp'],
  SessionGetOutputName: [37, 'pzpp'],
  CreateTensorWithDataAsOrtValue: [49, 'ppzpzip'],
  GetTensorMutableData: [51, 'pp'],
  CastTypeInfoToTensorInfo: [55, 'pp'],
  GetTensorElementType: [60, 'pp'],
  GetDimensionsCount: [61, 'pp'],
  GetDimensions: [62, 'ppz'],
  GetSymbolicDimensions: [63, 'ppz'],
  GetTensorTypeAndShape: [65, 'pp'],
  CreateCpuMemoryInfo: [69, 'iip'],
  AllocatorFree: [76, 'pp'],
  GetAllocatorWithDefaultOptions: [78, 'p'],
  AddSessionConfigEntry: [130, 'ppp'],
  SessionOptionsAppendExecutionProvider_TensorRT_V2: [170, 'pp'],
  CreateTensorRTProviderOptions: [171, 'p'],
  UpdateTensorRTProviderOptions: [172, 'pppz'],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, 'pp'],
  CreateCUDAProviderOptions: [205, 'p'],
  UpdateCUDAProviderOptions: [206, 'pppz'],
  AddExternalInitializersFromFilesInMemory: [279, 'ppppz'],
} as const satisfies Readonly<Record<string, readonly [number, Signature]>>;

export type OrtFunction = keyof typeof ORT_FUNCTIONS;

/** What frees each kind of object; none of them can fail. */
export const ORT_RELEASES = {
  Status: 93,
  MemoryInfo: 94,
  Session: 95,
  Value: 96,
  TypeInfo: 98,
  TensorTypeAndShapeInfo: 99,
  SessionOptions: 100,
  TensorRTProviderOptions: 174,
  CUDAProviderOptions: 208,
} as const satisfies Readonly<Record<string, number>>;

export type OrtObject = keyof typeof ORT_RELEASES;
