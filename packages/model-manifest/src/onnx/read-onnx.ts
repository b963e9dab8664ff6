import { CareError } from '@care/registry-core';
import { bytesSource, withFileSource, type ByteSource } from './byte-source.js';
import { describeForeignFile } from './foreign-file.js';
import type { ModelState } from './graph-state.js';
import { readModel } from './model-walk.js';
import type { OnnxElementType, OnnxFacts } from './onnx-facts.js';
import { drive, WireError, WireReader } from './wire-reader.js';

export interface ReadOnnxOptions {
  readonly signal?: AbortSignal;
}

const HEAD = 512;

/**
 * What an ONNX file tells, read by positional reads of 64 KiB; weights are skipped, so that a file of many GB costs no more than a
 * small one. Nothing blocks the event loop for longer than one window takes.
 * @throws CareError `ARTIFACT_MISSING` (absent, unreadable), `ARTIFACT_CORRUPT` (empty, truncated, damaged, another format), `ABORTED`
 */
export function readOnnxFile(path: string, options: ReadOnnxOptions = {}): Promise<OnnxFacts> {
  return withFileSource(path, (source) => readOnnx(source, path, options));
}

/** As {@link readOnnxFile}, for a model in memory; `name` stands for the path in messages. */
export function readOnnxBytes(
  bytes: Uint8Array,
  name: string,
  options: ReadOnnxOptions = {},
): Promise<OnnxFacts> {
  return readOnnx(bytesSource(bytes), name, options);
}

/** As {@link readOnnxFile}, for a model that is read in pieces from elsewhere, e.g. by HTTP ranges; `name` stands for the path in messages. */
export function readOnnxSource(
  source: ByteSource,
  name: string,
  options: ReadOnnxOptions = {},
): Promise<OnnxFacts> {
  return readOnnx(source, name, options);
}

async function readOnnx(source: ByteSource, name: string, { signal }: ReadOnnxOptions): Promise<OnnxFacts> {
  if (source.size === 0) throw corrupt(name, 'it is empty');
  const foreign = describeForeignFile(await source.read(0, HEAD));
  if (foreign !== undefined) throw corrupt(name, `it is ${foreign}`);
  const reader = new WireReader(source);
  try {
    return toFacts(await drive(readModel(reader), reader, signal), source.size);
  } catch (error) {
    if (error instanceof WireError)
      throw corrupt(name, `${error.reason} (at byte ${error.offset} of ${source.size})`);
    throw error;
  }
}

function corrupt(name: string, reason: string): CareError {
  return new CareError('ARTIFACT_CORRUPT', `The file ${name} is no intact ONNX model: ${reason}.`, {
    details: { path: name, reason },
    remedy: 'Replace the file by an intact ONNX export; a copy or download may have been cut short.',
  });
}

function toFacts(model: ModelState, fileSize: number): OnnxFacts {
  return {
    fileSize,
    irVersion: model.irVersion,
    producerName: model.producerName,
    producerVersion: model.producerVersion,
    opsets: Object.fromEntries(model.opsets),
    metadata: Object.fromEntries(model.metadata),
    inputs: model.inputs.filter(({ name }) => !model.initializers.has(name)),
    outputs: model.outputs,
    externalData: model.externalData,
    operators: Object.fromEntries(model.operators),
    weights: Object.fromEntries(model.weights),
    precision: precisionOf(model),
  };
}

/** Operators that compute in, or convert from and to, 8-bit integers (ONNX and ONNX Runtime's com.microsoft domain). */
const QUANTISED =
  /(?:^|:)(?:Q(?:Linear|Attention|Gemm).*|DequantizeLinear|ConvInteger|MatMulInteger.*|DynamicQuantize.*)$/;

function precisionOf({ weights, operators, inputs }: ModelState): OnnxFacts['precision'] {
  const count = (...types: OnnxElementType[]) =>
    types.reduce((sum, type) => sum + (weights.get(type) ?? 0), 0);
  const [full, half, eight] = [
    count('float32', 'float64'),
    count('float16', 'bfloat16'),
    count('int8', 'uint8'),
  ];
  const quantised = [...operators.keys()].some((operator) => QUANTISED.test(operator));
  if (quantised && eight > full + half) return 'int8';
  if (full + half === 0) return inputs.some(({ elementType }) => elementType === 'float16') ? 'fp16' : 'fp32';
  return half > full ? 'fp16' : 'fp32';
}
