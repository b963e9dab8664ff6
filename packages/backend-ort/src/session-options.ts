import type { LoadedModel, OpenOptions } from '@care/registry-core';
import type { InferenceSession } from 'onnxruntime-node';
import type { OrtDevice, OrtOptions } from './options.js';

/** The one provider of a device with its options; TensorRT hands what it cannot run to CUDA, as NVIDIA advises. */
export function providersOf(
  device: OrtDevice,
  options: OrtOptions,
): InferenceSession.ExecutionProviderConfig[] {
  const named = (name: OrtDevice): InferenceSession.ExecutionProviderConfig => ({
    name,
    ...options.providerOptions[name],
  });
  return device === 'tensorrt' ? [named('tensorrt'), named('cuda')] : [named(device)];
}

/** A file, so nothing can lie below it: external data is taken from the bytes that were checked, never from the disk. */
const NO_FOLDER = process.execPath;

/** Options of one session in the binding's own words. */
export function sessionOptions(
  device: OrtDevice,
  model: LoadedModel,
  options: OrtOptions,
  open: OpenOptions,
): InferenceSession.SessionOptions {
  const intraOpThreads = open.intraOpThreads ?? options.intraOpThreads;
  return {
    executionProviders: providersOf(device, options),
    executionMode: options.executionMode,
    graphOptimizationLevel: options.graphOptimizationLevel,
    enableCpuMemArena: options.enableCpuMemArena,
    enableMemPattern: options.enableMemPattern,
    logSeverityLevel: options.logSeverityLevel,
    ...(intraOpThreads === undefined ? {} : { intraOpNumThreads: intraOpThreads }),
    ...(options.interOpThreads === undefined ? {} : { interOpNumThreads: options.interOpThreads }),
    ...(options.profiling === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profiling.prefix }),
    ...(model.externalData.length === 0
      ? {}
      : { externalData: model.externalData.map(({ name, bytes }) => ({ path: name, data: bytes })) }),
    extra: {
      ...(options.spinning === undefined ? {} : SPINNING[options.spinning]),
      ...options.sessionConfig,
      'session.model_external_initializers_file_folder_path': NO_FOLDER,
    },
  };
}

/** Keys of onnxruntime_session_options_config_keys.h. */
const SPINNING: Readonly<Record<NonNullable<OrtOptions['spinning']>, Readonly<Record<string, '0' | '1'>>>> = {
  on: spin('1', '0'),
  off: spin('0', '0'),
  'between-runs-off': spin('1', '1'),
};

function spin(allowed: '0' | '1', stopAfterRun: '0' | '1'): Readonly<Record<string, '0' | '1'>> {
  return {
    'session.intra_op.allow_spinning': allowed,
    'session.inter_op.allow_spinning': allowed,
    'session.force_spinning_stop': stopAfterRun,
  };
}
