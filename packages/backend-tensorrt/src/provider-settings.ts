import type { ProviderSettings } from './capi/create-session.js';
import type { TensorRtOptions } from './options.js';

/**
 * Options of the providers by the names of ONNX Runtime's C API (tensorrt_execution_provider_info.cc). `cacheFolder` and
 * `timingFolder` are absent when nothing is kept.
 */
export function providerSettings(
  options: TensorRtOptions,
  variantPrecision: string,
  folders: { readonly engines: string; readonly timings: string } | undefined,
): ProviderSettings {
  const device = { device_id: String(options.deviceId) };
  return {
    tensorrt: {
      ...device,
      ...precisionSettings(options, variantPrecision),
      ...(options.maxWorkspaceBytes === undefined
        ? {}
        : { trt_max_workspace_size: String(options.maxWorkspaceBytes) }),
      ...(folders === undefined
        ? {}
        : {
            trt_engine_cache_enable: '1',
            trt_engine_cache_path: folders.engines,
            trt_timing_cache_enable: '1',
            trt_timing_cache_path: folders.timings,
          }),
      ...profileSettings(options.profiles),
      ...(options.builderOptimizationLevel === undefined
        ? {}
        : { trt_builder_optimization_level: String(options.builderOptimizationLevel) }),
      ...(options.excludedOperators.length === 0
        ? {}
        : { trt_op_types_to_exclude: options.excludedOperators.join(',') }),
      ...options.providerOptions,
    },
    ...(options.fallback === 'cuda' ? { cuda: device } : {}),
  };
}

function precisionSettings(options: TensorRtOptions, variantPrecision: string): Record<string, string> {
  const { int8CalibrationTable: table } = options;
  const precision = options.precision === 'variant' ? variantPrecision : options.precision;
  switch (precision) {
    case 'fp16':
      return { trt_fp16_enable: '1' };
    case 'bf16':
      return { trt_bf16_enable: '1' };
    case 'int8':
      return {
        trt_int8_enable: '1',
        trt_fp16_enable: '1',
        ...(table === undefined
          ? {}
          : {
              trt_int8_calibration_table_name: table.name,
              trt_int8_use_native_calibration_table: table.native ? '1' : '0',
            }),
      };
    default:
      return {};
  }
}

/** `input:1x3x640x640,other:...`, one text each for the least, the usual and the greatest shapes. */
function profileSettings(profiles: TensorRtOptions['profiles']): Record<string, string> {
  const entries = Object.entries(profiles);
  if (entries.length === 0) return {};
  const text = (kind: 'min' | 'opt' | 'max') =>
    entries.map(([input, shapes]) => `${input}:${shapes[kind].join('x')}`).join(',');
  return {
    trt_profile_min_shapes: text('min'),
    trt_profile_opt_shapes: text('opt'),
    trt_profile_max_shapes: text('max'),
  };
}
