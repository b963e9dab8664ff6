import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { LoadedModel, Tensor } from '@care/registry-core';

interface ReferenceOutput {
  readonly dims: readonly number[];
  readonly sum: number;
  readonly max: number;
  readonly stride: number;
  readonly values: readonly number[];
}

interface Reference {
  readonly engine: string;
  readonly models: Readonly<
    Record<
      string,
      {
        readonly input: string;
        readonly shape: readonly number[];
        readonly outputs: Readonly<Record<string, ReferenceOutput>>;
      }
    >
  >;
}

const fixtures = new URL('./fixtures/', import.meta.url);

/** Outputs of PyPI's openvino on the CPU; tools/fixtures/openvino_reference.py made them. */
export const reference = JSON.parse(
  readFileSync(new URL('demo-outputs.json', fixtures), 'utf8'),
) as Reference;

/** A model of packages/registry-demo by its path there. */
export function demoModel(path: string): LoadedModel {
  const bytes = readFileSync(new URL(`../../registry-demo/models/${path}`, import.meta.url));
  return { format: 'onnx', precision: 'fp32', model: { name: basename(path), bytes }, externalData: [] };
}

/** The input that the script feeds. */
export function patternInput(shape: readonly number[]): Tensor {
  const length = shape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length }, (_, index) => ((index * 7919) % 1009) / 1009);
  return { type: 'float32', dims: [...shape], data };
}

/** `y = x W` with W = [[5, 6], [7, 8]] as an OpenVINO IR. */
export function matmulIr(): LoadedModel {
  const weights = readFileSync(new URL('matmul.bin', fixtures));
  return {
    format: 'openvino-ir',
    precision: 'fp32',
    model: { name: 'matmul.xml', bytes: readFileSync(new URL('matmul.xml', fixtures)) },
    externalData: [{ name: 'matmul.bin', bytes: weights }],
  };
}
