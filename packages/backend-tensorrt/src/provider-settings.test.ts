import { describe, expect, it } from 'vitest';
import { tensorRtOptionsSchema } from './options.js';
import { providerSettings } from './provider-settings.js';

const folders = { engines: '/cache/e', timings: '/cache/t' };
const settings = (options: object, precision = 'fp32', kept?: typeof folders) =>
  providerSettings(tensorRtOptionsSchema.parse(options), precision, kept);

// Expected names: tensorrt_execution_provider_info.cc of ONNX Runtime 1.30; its own parser took every one of them.
describe('providerSettings', () => {
  it('computes in the precision of the variant unless the host says another', () => {
    expect(settings({}).tensorrt).toEqual({ device_id: '0' });
    expect(settings({}, 'fp16').tensorrt).toMatchObject({ trt_fp16_enable: '1' });
    expect(settings({}, 'int8').tensorrt).toMatchObject({ trt_int8_enable: '1', trt_fp16_enable: '1' });
    expect(settings({ precision: 'fp32' }, 'fp16').tensorrt).toEqual({ device_id: '0' });
    expect(settings({ precision: 'bf16' }).tensorrt).toMatchObject({ trt_bf16_enable: '1' });
    const table = { name: 'calibration.flatbuffers' };
    expect(settings({ precision: 'int8', int8CalibrationTable: table }).tensorrt).toMatchObject({
      trt_int8_calibration_table_name: 'calibration.flatbuffers',
      trt_int8_use_native_calibration_table: '0',
    });
  });

  it('keeps engines and timings in their folders', () => {
    expect(settings({}, 'fp32', folders).tensorrt).toEqual({
      device_id: '0',
      trt_engine_cache_enable: '1',
      trt_engine_cache_path: '/cache/e',
      trt_timing_cache_enable: '1',
      trt_timing_cache_path: '/cache/t',
    });
  });

  it('writes profiles, workspace, level and exclusions as the provider reads them', () => {
    const profiles = {
      images: { min: [1, 3, 320, 320], opt: [4, 3, 640, 640], max: [8, 3, 640, 640] },
      sizes: { min: [1, 2], opt: [4, 2], max: [8, 2] },
    };
    const { tensorrt } = settings({
      deviceId: 1,
      profiles,
      maxWorkspaceBytes: 2 ** 31,
      builderOptimizationLevel: 5,
      excludedOperators: ['NonMaxSuppression', 'TopK'],
      providerOptions: { trt_auxiliary_streams: '0' },
    });
    expect(tensorrt).toEqual({
      device_id: '1',
      trt_profile_min_shapes: 'images:1x3x320x320,sizes:1x2',
      trt_profile_opt_shapes: 'images:4x3x640x640,sizes:4x2',
      trt_profile_max_shapes: 'images:8x3x640x640,sizes:8x2',
      trt_max_workspace_size: '2147483648',
      trt_builder_optimization_level: '5',
      trt_op_types_to_exclude: 'NonMaxSuppression,TopK',
      trt_auxiliary_streams: '0',
    });
  });

  it('falls back to CUDA on the same GPU, or to the CPU alone', () => {
    expect(settings({ deviceId: 2 }).cuda).toEqual({ device_id: '2' });
    expect(settings({ fallback: 'cpu' }).cuda).toBeUndefined();
  });

  it('refuses options that it does not have', () => {
    const refused = [
      { fp16: true },
      { precision: 'int4' },
      { profiles: { x: { min: [0] } } },
      { providerOptions: { device_id: '1' } },
    ];
    for (const options of refused) expect(tensorRtOptionsSchema.safeParse(options).success).toBe(false);
  });
});
