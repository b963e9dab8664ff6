import { describe, expect, it } from 'vitest';
import { compileProperties, engineDevice } from './compile-properties.js';
import { openVinoOptionsSchema } from './options.js';

const properties = (options: object, device = 'cpu', open: { intraOpThreads?: number } = {}) =>
  compileProperties(device, openVinoOptionsSchema.parse(options), open, '/srv/app');

// Expected names and values: OpenVINO 2026, openvino/runtime/properties.hpp, and the devices' property tables.
describe('compileProperties', () => {
  it('computes in full precision on the CPU, and leaves other devices their own, unless the host says', () => {
    expect(properties({})).toEqual({ PERFORMANCE_HINT: 'LATENCY', INFERENCE_PRECISION_HINT: 'f32' });
    expect(properties({}, 'gpu.1')).toEqual({ PERFORMANCE_HINT: 'LATENCY' });
    expect(properties({ inferencePrecision: 'f16' }, 'gpu')).toMatchObject({
      INFERENCE_PRECISION_HINT: 'f16',
    });
  });

  it('names hint, streams and cache folder, which is relative to the host', () => {
    expect(properties({ performanceHint: 'throughput', streams: 4, cacheDir: 'cache/ov' })).toMatchObject({
      PERFORMANCE_HINT: 'THROUGHPUT',
      NUM_STREAMS: '4',
      CACHE_DIR: '/srv/app/cache/ov',
    });
    expect(properties({ streams: 'auto' }).NUM_STREAMS).toBe('AUTO');
  });

  it('gives threads to the CPU only; those of the caller win', () => {
    expect(properties({ intraOpThreads: 3 }).INFERENCE_NUM_THREADS).toBe('3');
    expect(properties({ intraOpThreads: 3 }, 'auto', { intraOpThreads: 2 }).INFERENCE_NUM_THREADS).toBe('2');
    expect(properties({ intraOpThreads: 3 }, 'gpu').INFERENCE_NUM_THREADS).toBeUndefined();
  });

  it('lets properties by their own name win', () => {
    expect(properties({ properties: { PERFORMANCE_HINT: 'CUMULATIVE_THROUGHPUT' } }).PERFORMANCE_HINT).toBe(
      'CUMULATIVE_THROUGHPUT',
    );
  });
});

describe('engineDevice', () => {
  it('writes devices as OpenVINO does', () => {
    const options = openVinoOptionsSchema.parse({ autoDevices: ['gpu.1', 'cpu'] });
    expect(engineDevice('gpu.1', options)).toBe('GPU.1');
    expect(engineDevice('auto', options)).toBe('AUTO:GPU.1,CPU');
    expect(engineDevice('auto', openVinoOptionsSchema.parse({}))).toBe('AUTO');
  });
});

describe('openVinoOptionsSchema', () => {
  it('refuses what it does not know', () => {
    const refused = [
      { devices: [] },
      { devices: ['cuda'] },
      { autoDevices: ['auto'] },
      { streams: 0 },
      { properties: { performance: 'x' } },
      { precision: 'f16' },
    ];
    for (const options of refused) expect(openVinoOptionsSchema.safeParse(options).success).toBe(false);
    expect(openVinoOptionsSchema.safeParse({ devices: ['npu', 'gpu.0', 'auto', 'cpu'] }).success).toBe(true);
  });
});
