import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tolerance } from './compare-tensors.js';

/** One test of the ONNX project: a model and one or more sets of inputs with the outputs they must give. */
export interface OnnxTestFolder {
  /** `node`, `simple`, ... */
  readonly kind: string;
  /** `test_abs` */
  readonly name: string;
  readonly directory: string;
}

/** Kinds whose models are in the folders; those of `real` have to be downloaded. */
export const ONNX_TEST_KINDS = ['node', 'simple', 'pytorch-converted', 'pytorch-operator'] as const;

/** The tests below `directory`, e.g. `/usr/share/libonnx-testdata/data`, sorted by kind and name. */
export function listOnnxTests(directory: string, kinds: readonly string[]): OnnxTestFolder[] {
  const present = namesIn(directory);
  return kinds
    .filter((kind) => present.includes(kind))
    .flatMap((kind) =>
      namesIn(join(directory, kind))
        .filter((name) => name.startsWith('test_'))
        .map((name) => ({ kind, name, directory: join(directory, kind, name) })),
    );
}

export function readTestModel({ directory }: OnnxTestFolder): Uint8Array {
  return readFileSync(join(directory, 'model.onnx'));
}

/** Folders of the data sets. */
export function dataSetsOf({ directory }: OnnxTestFolder): string[] {
  return namesIn(directory)
    .filter((name) => name.startsWith('test_data_set_'))
    .map((name) => join(directory, name));
}

/** `input_0.pb`, `input_1.pb`, ... of a data set. */
export function readValues(dataSet: string, which: 'input' | 'output'): Uint8Array[] {
  const names = new Set(readdirSync(dataSet));
  const values: Uint8Array[] = [];
  while (names.has(`${which}_${values.length}.pb`)) {
    values.push(readFileSync(join(dataSet, `${which}_${values.length}.pb`)));
  }
  return values;
}

/** The defaults of onnx.backend.test (onnx/backend/test/loader), where a test's `data.json` says nothing else. */
export function toleranceOf({ directory }: OnnxTestFolder): Tolerance {
  const text = namesIn(directory).includes('data.json')
    ? readFileSync(join(directory, 'data.json'), 'utf8')
    : '{}';
  const said: unknown = JSON.parse(text);
  const number = (key: string, otherwise: number): number => {
    const value: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, key) : undefined;
    return typeof value === 'number' ? value : otherwise;
  };
  return { relative: number('rtol', 1e-3), absolute: number('atol', 1e-7) };
}

function namesIn(directory: string): string[] {
  return readdirSync(directory).toSorted();
}
