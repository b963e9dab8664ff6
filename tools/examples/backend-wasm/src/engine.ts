import { availableParallelism } from 'node:os';
import { CareError, type LoadedModel, type Tensor, type TensorSpec } from '@care/registry-core';
import type { InferenceSession as NativeSession } from 'onnxruntime-web';
import { fromEngineTensor, toEngineTensor, toSpec, type Engine } from './tensor-conversion.js';

/** The only file that opens models with the engine: ONNX Runtime compiled to WebAssembly, run by Node itself. */
export const FORMATS: readonly string[] = ['onnx'];
export const DEVICES: readonly string[] = ['cpu'];

/** A model that the engine has opened. */
export interface OpenedModel {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** Version of the engine. @throws CareError BACKEND_UNAVAILABLE when it does not load on this machine */
export async function engineVersion(): Promise<string> {
  const { env } = await loadOrThrow();
  return env.versions.web ?? 'unknown';
}

/**
 * @param threads of the whole engine: it has one pool, which the first model that is opened sets up; default 1
 * @throws CareError BACKEND_UNAVAILABLE, ARTIFACT_CORRUPT, ARTIFACT_MISSING (external data), MODEL_INCOMPATIBLE
 */
export async function openModel(model: LoadedModel, threads: number | undefined): Promise<OpenedModel> {
  const engine = await loadOrThrow();
  engine.env.wasm.numThreads = Math.min(threads ?? 1, availableParallelism());
  engine.env.logLevel = 'fatal';
  const native = await engine.InferenceSession.create(model.model.bytes, {
    executionProviders: ['wasm'],
    logSeverityLevel: 4,
    ...(model.externalData.length === 0
      ? {}
      : { externalData: model.externalData.map(({ name, bytes }) => ({ path: name, data: bytes })) }),
  }).catch((cause: unknown) => {
    throw openError(model.model.name, cause);
  });
  try {
    return opened(engine, native);
  } catch (error) {
    await native.release();
    throw error;
  }
}

function opened(engine: Engine, native: NativeSession): OpenedModel {
  return {
    inputs: native.inputMetadata.map(toSpec),
    outputs: native.outputMetadata.map(toSpec),
    run: async (inputs) => {
      const feeds = Object.entries(inputs).map(
        ([name, tensor]) => [name, toEngineTensor(engine, tensor)] as const,
      );
      const answers = await native.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(answers).map(([name, tensor]) => [name, fromEngineTensor(name, tensor)]),
      );
    },
    close: () => native.release(),
  };
}

async function loadOrThrow(): Promise<Engine> {
  return import('onnxruntime-web').catch((cause: unknown) => {
    throw new CareError('BACKEND_UNAVAILABLE', 'onnxruntime-web does not load', {
      remedy: 'Install onnxruntime-web; its WebAssembly needs a processor with SIMD.',
      cause,
    });
  });
}

/** What the engine's words mean for the caller: a broken file, a missing one, or a model it cannot run. */
function openError(name: string, cause: unknown): CareError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const options = { details: { artifact: name }, cause };
  if (/protobuf parsing failed|data pointer is null|no graph was found/i.test(message)) {
    return new CareError('ARTIFACT_CORRUPT', `${name} is not a readable ONNX model: ${message}`, options);
  }
  if (/external/i.test(message)) {
    return new CareError(
      'ARTIFACT_MISSING',
      `${name} needs external data that was not given: ${message}`,
      options,
    );
  }
  return new CareError('MODEL_INCOMPATIBLE', `the engine cannot run ${name}: ${message}`, options);
}
