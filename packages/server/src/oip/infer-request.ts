import type { Tensor, TensorSpec } from '@care/registry-core';
import { badRequest } from '../http/request-refused.js';
import { bytesPerElement, tensorFromBytes } from './binary-tensor.js';
import { tensorTypeOf } from './datatypes.js';
import { parseExactJson, plainString } from './exact-json.js';
import { tensorFromJson } from './json-tensor.js';
import { readShape } from './tensor-shape.js';

export interface RequestedOutput {
  readonly name: string;
  /** As binary data; what the request says for all of them when undefined. */
  readonly binary?: boolean;
}

export interface InferRequest {
  readonly id?: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** In their order; all outputs of the model when undefined. */
  readonly outputs?: readonly RequestedOutput[];
  /** Form of the outputs for which nothing is said. */
  readonly binaryOutput: boolean;
}

const MAX_TENSORS = 256;
const MAX_ID = 1024;

/**
 * Reads the body of an inference request: JSON, or JSON of `headerLength` bytes with binary data behind it.
 * @throws RequestRefused 400
 */
export function readInferRequest(body: Buffer, headerLength = body.length): InferRequest {
  if (headerLength > body.length) {
    throw badRequest(`Inference-Header-Content-Length is ${headerLength}, the body has ${body.length} bytes`);
  }
  const request = record(parseHeader(body.subarray(0, headerLength)), 'the request');
  const binary = new BinarySection(body.subarray(headerLength));
  const inputs = list(request.inputs, 'inputs').map((input) => readInput(input, binary));
  if (inputs.length === 0) throw badRequest('inputs must name at least one tensor');
  checkUnique(
    inputs.map(([name]) => name),
    'input',
  );
  binary.checkUsedUp();
  const id = readId(request.id);
  const outputs = request.outputs === undefined ? undefined : readOutputs(request.outputs);
  return {
    ...(id === undefined ? {} : { id }),
    inputs: Object.fromEntries(inputs),
    ...(outputs === undefined || outputs.length === 0 ? {} : { outputs }),
    binaryOutput: flag(request.parameters, 'binary_data_output') ?? false,
  };
}

/**
 * A raw request: the body is the one input of the model, as a batch of one; all outputs are binary.
 * @throws RequestRefused 400
 */
export function readRawInferRequest(body: Buffer, inputs: readonly TensorSpec[]): InferRequest {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    throw badRequest(`a raw request needs a model of one input, this one has ${inputs.length}`);
  }
  const { name, type, shape } = input;
  const size = bytesPerElement(type);
  if (size === undefined) {
    const dims = shape.map((dim, axis) => (typeof dim === 'number' && dim >= 0 ? dim : axis === 0 ? 1 : -1));
    if (dims.some((dim) => dim !== 1))
      throw badRequest(`a raw request of BYTES needs an input of one element`);
    return rawRequest(name, tensorFromBytes(name, type, dims, lengthPrefixed(body)));
  }
  const dims = rawDims(name, shape, body.length / size);
  return rawRequest(name, tensorFromBytes(name, type, dims, body));
}

function rawRequest(name: string, tensor: Tensor): InferRequest {
  return { inputs: Object.fromEntries([[name, tensor]]), binaryOutput: true };
}

/** As for JSON a single element; the protocol's raw request has it without its length. */
function lengthPrefixed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}

/** An open first dimension is the batch: 1. One further open dimension follows from the length. */
function rawDims(name: string, shape: readonly (number | string)[], elements: number): number[] {
  const dims = shape.map((dim, axis) => {
    if (typeof dim === 'number' && dim >= 0) return dim;
    return axis === 0 ? 1 : -1;
  });
  const open = dims.filter((dim) => dim < 0).length;
  if (open > 1) throw badRequest(`"${name}": a raw request needs a shape with at most one open dimension`);
  const known = dims.reduce((product, dim) => (dim < 0 ? product : product * dim), 1);
  return dims.map((dim) => {
    if (dim >= 0) return dim;
    const rest = elements / known;
    if (!Number.isSafeInteger(rest)) throw badRequest(`"${name}": the body does not fill its shape`);
    return rest;
  });
}

/** What lies behind the JSON, given out piece by piece. */
class BinarySection {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  take(name: string, size: number): Buffer {
    const end = this.#at + size;
    if (end > this.bytes.length) {
      throw badRequest(
        `"${name}": binary_data_size is ${size}, ${this.bytes.length - this.#at} bytes are left`,
      );
    }
    const piece = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return piece;
  }

  checkUsedUp(): void {
    const left = this.bytes.length - this.#at;
    if (left > 0) throw badRequest(`${left} bytes of binary data belong to no input`);
  }
}

function parseHeader(bytes: Buffer): unknown {
  try {
    return parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw badRequest('the request is no valid JSON in UTF-8');
  }
}

function readInput(value: unknown, binary: BinarySection): [name: string, tensor: Tensor] {
  const input = record(value, 'an input');
  const name = readName(input.name, 'an input');
  const { datatype, data, parameters } = input;
  const type = tensorTypeOf(datatype);
  if (type === undefined) throw badRequest(`"${name}": the datatype is not supported`);
  const dims = readShape(name, input.shape);
  checkParameters(parameters, name);
  const size = record(parameters ?? {}, `"${name}": parameters`).binary_data_size;
  if (size === undefined) return [name, tensorFromJson(name, type, dims, data)];
  if (data !== undefined) throw badRequest(`"${name}": has both data and binary_data_size`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw badRequest(`"${name}": binary_data_size must be a whole number of bytes`);
  }
  return [name, tensorFromBytes(name, type, dims, binary.take(name, size))];
}

function readOutputs(value: unknown): RequestedOutput[] {
  const outputs = list(value, 'outputs').map((one): RequestedOutput => {
    const output = record(one, 'an output');
    const name = readName(output.name, 'an output');
    checkParameters(output.parameters, name);
    const binary = flag(output.parameters, 'binary_data');
    return { name, ...(binary === undefined ? {} : { binary }) };
  });
  checkUnique(
    outputs.map(({ name }) => name),
    'output',
  );
  return outputs;
}

/** What a client must not believe to have been done. */
function checkParameters(parameters: unknown, name: string): void {
  const given = record(parameters ?? {}, `"${name}": parameters`);
  for (const refused of ['shared_memory_region', 'classification']) {
    if (given[refused] !== undefined)
      throw badRequest(`"${name}": the parameter ${refused} is not supported`);
  }
}

function readId(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const id = plainString(value);
  if (id === undefined || id.length > MAX_ID)
    throw badRequest(`id must be a string of at most ${MAX_ID} characters`);
  return id;
}

function readName(value: unknown, what: string): string {
  const name = plainString(value);
  if (name === undefined || name === '' || name.length > MAX_ID) throw badRequest(`${what} needs a name`);
  return name;
}

function flag(parameters: unknown, name: string): boolean | undefined {
  const value = record(parameters ?? {}, 'parameters')[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw badRequest(`the parameter ${name} must be true or false`);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= MAX_TENSORS) return value;
  throw badRequest(`${what} must be an array of at most ${MAX_TENSORS} tensors`);
}

function record(value: unknown, what: string): Partial<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw badRequest(`${what} must be an object`);
}

function checkUnique(names: readonly string[], what: string): void {
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw badRequest(`the ${what} "${double}" is named twice`);
}
