import type { Tensor } from '@care/registry-core';
import type { ServedBy } from '@care/model-manager';
import { badRequest } from '../http/request-refused.js';
import { bytesFromTensor } from './binary-tensor.js';
import { datatypeOf } from './datatypes.js';
import type { InferRequest } from './infer-request.js';

export interface InferResponse {
  readonly body: Buffer;
  /** Bytes of the JSON when binary data follows it. */
  readonly headerLength?: number;
}

/** Writes what a model made of a request, in the forms it asked for. @throws RequestRefused 400 */
export function writeInferResponse(
  request: Pick<InferRequest, 'id' | 'outputs' | 'binaryOutput'>,
  outputs: Readonly<Record<string, Tensor>>,
  model: ServedBy,
): InferResponse {
  const wanted = request.outputs ?? Object.keys(outputs).map((name) => ({ name }));
  const pieces: Buffer[] = [];
  const texts = wanted.map(({ name, binary = request.binaryOutput }: { name: string; binary?: boolean }) => {
    const tensor = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    if (tensor === undefined) {
      throw badRequest(`the model has no output "${name}"; it has ${Object.keys(outputs).join(', ')}`);
    }
    const head = { name, datatype: datatypeOf(tensor.type), shape: tensor.dims };
    if (!binary) return `${openObject(head)},"data":${jsonData(name, tensor)}}`;
    const bytes = bytesFromTensor(tensor);
    pieces.push(bytes);
    return JSON.stringify({ ...head, parameters: { binary_data_size: bytes.length } });
  });
  const { id, version, sha256, backend, device } = model;
  const head = openObject({
    model_name: id,
    ...(version === undefined ? {} : { model_version: version }),
    ...(request.id === undefined ? {} : { id: request.id }),
    parameters: { sha256, backend, device },
  });
  const json = Buffer.from(`${head},"outputs":[${texts.join(',')}]}`);
  if (pieces.length === 0) return { body: json };
  return { body: Buffer.concat([json, ...pieces]), headerLength: json.length };
}

/** JSON of an object without its last brace. */
function openObject(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}

function jsonData(name: string, { type, data }: Tensor): string {
  switch (type) {
    case 'bool':
      return `[${Array.from(data, (value) => value !== 0).join(',')}]`;
    case 'string':
      return JSON.stringify(data);
    case 'float16':
      throw badRequest(`the output "${name}" is FP16, which has no form in JSON; ask for binary_data`);
    case 'float32':
    case 'float64':
      if (!data.every(Number.isFinite)) {
        throw badRequest(
          `the output "${name}" is not finite, which has no form in JSON; ask for binary_data`,
        );
      }
      return `[${data.join(',')}]`;
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return `[${data.join(',')}]`;
  }
}
