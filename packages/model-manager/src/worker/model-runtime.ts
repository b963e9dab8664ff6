import {
  CareError,
  createBackend,
  isCareError,
  loadPlugin,
  type InferenceBackend,
  type InferenceSession,
  type Logger,
  type ModelPackage,
  type Tensor,
} from '@care/registry-core';
import {
  decodeImage,
  predictFrames,
  taskFor,
  uprightSize,
  type ImageSource,
  type PredictOptions,
  type RawFrame,
  type TaskProcessor,
} from '@care/vision';
import { checkOutputs, checkProbe, probeOptions } from './probe-check.js';
import { readArtifacts } from './read-artifacts.js';
import { blankFrame, warmUp } from './warm-up.js';
import type {
  BackendRequest,
  ImagesAnswer,
  OpenedModel,
  OpenRequest,
  TensorsAnswer,
  WorkerAnswer,
  WorkerTask,
} from './worker-protocol.js';

/** Makes the backend of a request in this worker. @throws CareError PLUGIN_INVALID, OPTIONS_INVALID */
export async function makeBackend(request: BackendRequest, logger: Logger): Promise<InferenceBackend> {
  const definition = await loadPlugin(request.descriptor);
  if (definition.kind !== 'backend') {
    throw new CareError('PLUGIN_INVALID', `plugin "${request.descriptor.name}" is no backend`);
  }
  const { rootDir, env = process.env, options } = request;
  return createBackend(definition, options, { rootDir, env, logger });
}

/** One opened model in its worker: images in, predictions out. Not concurrent. */
export class ModelRuntime {
  readonly opened: OpenedModel;
  readonly #backend: InferenceBackend;
  readonly #session: InferenceSession;
  readonly #processor: TaskProcessor;
  readonly #decode: (source: ImageSource) => Promise<RawFrame>;
  /** While probes are answered. */
  #checkOutputs: ((outputs: Readonly<Record<string, Tensor>>) => void) | undefined;

  private constructor(
    opened: OpenedModel,
    backend: InferenceBackend,
    session: InferenceSession,
    processor: TaskProcessor,
    decode: (source: ImageSource) => Promise<RawFrame>,
  ) {
    this.opened = opened;
    this.#backend = backend;
    this.#session = session;
    this.#processor = processor;
    this.#decode = decode;
  }

  /**
   * Reads, checks, opens, binds the task and lets it answer a blank image and the package's probe images. Nothing stays open when it
   * fails. Undefined when the content is what `unlessSha256` says.
   * @throws CareError PROBE_FAILED, and what reading, opening and binding throw
   */
  static async open(
    request: OpenRequest,
    logger: Logger,
    onWarming: () => void,
  ): Promise<ModelRuntime | undefined> {
    const { package: model, variantId, device, threads, imageLimits } = request;
    const variant = model.variants.find(({ id }) => id === variantId);
    if (variant === undefined) {
      throw new CareError('OPTIONS_INVALID', `model "${model.modelId}" has no variant "${variantId}"`);
    }
    const task = taskFor(model.task);
    task.checkPackage(model);
    const backend = await makeBackend(request.backend, logger);
    const { model: files, sha256, artifactSha256 } = await readArtifacts(variant, request);
    if (request.unlessSha256 !== undefined && sameHashes(artifactSha256, request.unlessSha256))
      return undefined;
    const session = await backend.open(files, {
      ...(device === undefined ? {} : { device }),
      ...(threads === undefined ? {} : { intraOpThreads: threads }),
    });
    try {
      const { inputs, outputs, info } = session;
      const processor = task.createProcessor(model, variantId, { inputs, outputs });
      const opened: OpenedModel = {
        inputs,
        outputs,
        device: session.device,
        sha256,
        artifactSha256,
        batch: processor.batch ?? request.maxBatch,
        ...(info === undefined ? {} : { info }),
      };
      const runtime = new ModelRuntime(opened, backend, session, processor, (source) =>
        decodeImage(source, imageLimits, model.preprocessing),
      );
      onWarming();
      await runtime.#answerProbes(model);
      await warmUp(model, imageLimits?.maxPixels, (sources) => runtime.predict(sources, {}));
      return runtime;
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  /** The gate before a version may serve. @throws CareError PROBE_FAILED */
  async #answerProbes(model: ModelPackage): Promise<void> {
    this.#checkOutputs = (outputs) => checkOutputs(outputs, this.opened.outputs);
    await this.predict([blankFrame(model)], {});
    const { confidenceThreshold } = model.postprocessing;
    for (const probe of model.probes ?? []) {
      const { images } = await this.predict(
        [{ kind: 'path', path: probe.path }],
        probeOptions(probe, confidenceThreshold),
      );
      checkProbe(probe, images[0]?.predictions ?? []);
    }
    this.#checkOutputs = undefined;
  }

  async carryOut(task: WorkerTask): Promise<WorkerAnswer> {
    return task.kind === 'infer'
      ? await this.infer(task.inputs)
      : await this.predict(task.sources, task.options);
  }

  /** Runs the model on tensors as they are, and gives what leaves the engine: nothing of it is used again here. */
  async infer(inputs: Readonly<Record<string, Tensor>>): Promise<TensorsAnswer> {
    const start = performance.now();
    const outputs = await this.#run(inputs);
    const inference = performance.now() - start;
    return { kind: 'tensors', outputs, timings: { decode: 0, preprocess: 0, inference, postprocess: 0 } };
  }

  async predict(sources: readonly ImageSource[], options: PredictOptions): Promise<ImagesAnswer> {
    const start = performance.now();
    const frames = await Promise.all(sources.map(this.#decode));
    const decoded = performance.now();
    const { predictions, timings } = await predictFrames(
      this.#processor,
      frames,
      { ...options, maxBatch: this.opened.batch },
      (inputs) => this.#run(inputs),
    );
    return {
      kind: 'images',
      images: frames.map((frame, index) => ({
        ...uprightSize(frame),
        predictions: predictions[index] ?? [],
      })),
      timings: { decode: decoded - start, ...timings },
    };
  }

  async #run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    try {
      const outputs = await this.#session.run(inputs);
      this.#checkOutputs?.(outputs);
      return outputs;
    } catch (cause) {
      if (isCareError(cause)) throw cause;
      throw new CareError('INFERENCE_FAILED', 'the backend failed while running the model', { cause });
    }
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
    await this.#backend.dispose?.();
  }
}

function sameHashes(
  found: Readonly<Record<string, string>>,
  known: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(found);
  return names.length === Object.keys(known).length && names.every((name) => found[name] === known[name]);
}
