import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@care/registry-core';
import { ONNX_ELEMENT_TYPE } from '../onnx/onnx-builder.js';
import { ProtobufWriter } from '../onnx/protobuf-writer.js';

/** A TensorProto with its values in `raw_data`, or in `string_data`. */
export function tensorProto(tensor: Tensor): Uint8Array {
  const writer = new ProtobufWriter();
  for (const dim of tensor.dims) writer.varint(1, dim);
  writer.varint(2, ONNX_ELEMENT_TYPE[tensor.type]);
  if (tensor.type === 'string') {
    for (const text of tensor.data) writer.string(6, text);
    return writer.finish();
  }
  const { buffer, byteOffset, byteLength } = tensor.data;
  return writer.bytes(9, new Uint8Array(buffer, byteOffset, byteLength)).finish();
}

/** Writes a test as the ONNX project lays it out. */
export function writeOnnxTest(
  directory: string,
  name: string,
  model: Uint8Array,
  sets: readonly { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] }[],
): void {
  const folder = join(directory, 'node', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), model);
  sets.forEach(({ inputs, outputs }, index) => {
    const set = join(folder, `test_data_set_${index}`);
    mkdirSync(set);
    inputs.forEach((tensor, at) => writeFileSync(join(set, `input_${at}.pb`), tensorProto(tensor)));
    outputs.forEach((tensor, at) => writeFileSync(join(set, `output_${at}.pb`), tensorProto(tensor)));
  });
}
