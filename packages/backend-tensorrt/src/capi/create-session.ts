import type { LoadedModel } from '@care/registry-core';
import { cString, cStrings, pointersTo } from './c-strings.js';
import { whileHeld, whileHeldSync } from './held-memory.js';
import type { OrtLibrary } from './ort-library.js';

/** Options of the execution providers by their C API's names; an absent provider is not used. Without any, the CPU runs all. */
export interface ProviderSettings {
  readonly tensorrt?: Readonly<Record<string, string>>;
  readonly cuda?: Readonly<Record<string, string>>;
}

export interface SessionSettings {
  readonly providers: ProviderSettings;
  readonly intraOpThreads?: number;
  /** 0 verbose ... 4 fatal. */
  readonly logSeverityLevel: number;
  readonly sessionConfig: Readonly<Record<string, string>>;
}

/** A file, so nothing can lie below it: external data is taken from the bytes that were checked, never from the disk. */
const NO_FOLDER = process.execPath;

/** Opens a model from its bytes on a thread of its own: building an engine takes minutes. @throws OrtFailure */
export async function createSession(
  library: OrtLibrary,
  { model, externalData }: LoadedModel,
  settings: SessionSettings,
): Promise<bigint> {
  const env = library.make('CreateEnv', settings.logSeverityLevel, cString('care'));
  const options = library.make('CreateSessionOptions');
  try {
    library.call('SetSessionLogSeverityLevel', options, settings.logSeverityLevel);
    if (settings.intraOpThreads !== undefined) {
      library.call('SetIntraOpNumThreads', options, settings.intraOpThreads);
    }
    const config = {
      ...settings.sessionConfig,
      'session.model_external_initializers_file_folder_path': NO_FOLDER,
    };
    for (const [key, value] of Object.entries(config)) {
      library.call('AddSessionConfigEntry', options, cString(key), cString(value));
    }
    addProviders(library, options, settings.providers);
    return await whileHeld([model, externalData], async () => {
      addExternalData(library, options, externalData);
      const place = new BigUint64Array(1);
      await library.callAsync('CreateSessionFromArray', env, model.bytes, model.bytes.length, options, place);
      return place[0] ?? 0n;
    });
  } finally {
    library.release('SessionOptions', options);
  }
}

/** The engine copies the names and reads the bytes while the session is made. */
function addExternalData(library: OrtLibrary, options: bigint, files: LoadedModel['externalData']): void {
  if (files.length === 0) return;
  const names = cStrings(
    library,
    files.map(({ name }) => name),
  );
  const buffers = pointersTo(
    library,
    files.map(({ bytes }) => bytes),
  );
  const lengths = BigUint64Array.from(files, ({ bytes }) => BigInt(bytes.length));
  whileHeldSync([names, buffers], () =>
    library.call(
      'AddExternalInitializersFromFilesInMemory',
      options,
      names.pointers,
      buffers.pointers,
      lengths,
      files.length,
    ),
  );
}

/** In the order of their preference: what TensorRT cannot run goes to CUDA, and what CUDA cannot, to the CPU. */
function addProviders(library: OrtLibrary, options: bigint, { tensorrt, cuda }: ProviderSettings): void {
  if (tensorrt !== undefined) {
    const provider = library.make('CreateTensorRTProviderOptions');
    try {
      update(library, 'UpdateTensorRTProviderOptions', provider, tensorrt);
      library.call('SessionOptionsAppendExecutionProvider_TensorRT_V2', options, provider);
    } finally {
      library.release('TensorRTProviderOptions', provider);
    }
  }
  if (cuda !== undefined) {
    const provider = library.make('CreateCUDAProviderOptions');
    try {
      update(library, 'UpdateCUDAProviderOptions', provider, cuda);
      library.call('SessionOptionsAppendExecutionProvider_CUDA_V2', options, provider);
    } finally {
      library.release('CUDAProviderOptions', provider);
    }
  }
}

function update(
  library: OrtLibrary,
  name: 'UpdateTensorRTProviderOptions' | 'UpdateCUDAProviderOptions',
  provider: bigint,
  settings: Readonly<Record<string, string>>,
): void {
  const keys = cStrings(library, Object.keys(settings));
  const values = cStrings(library, Object.values(settings));
  whileHeldSync([keys, values], () =>
    library.call(name, provider, keys.pointers, values.pointers, keys.keep.length),
  );
}
