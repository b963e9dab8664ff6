import type { Tensor, TensorSpec } from '@care/registry-core';
import { bytesPerElement, ELEMENT_TYPE_NUMBERS, elementTypeOf, tensorOf } from './element-types.js';
import { cStrings } from './c-strings.js';
import { whileHeld } from './held-memory.js';
import type { OrtLibrary } from './ort-library.js';
import { shapeAndType, using } from './session-io.js';

/** OrtArenaAllocator and OrtMemTypeDefault. */
const CPU_MEMORY = [1, 0] as const;

/** What C wants an address for even where there is nothing. */
const NOTHING = new Uint8Array(1);

/** One run on a thread of its own. @throws OrtFailure */
export async function runSession(
  library: OrtLibrary,
  session: bigint,
  { inputs, outputs }: { readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] },
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Tensor>>> {
  const memory = library.make('CreateCpuMemoryInfo', ...CPU_MEMORY);
  const values: bigint[] = [];
  const results = new BigUint64Array(outputs.length);
  try {
    const kept: unknown[] = [];
    for (const { name } of inputs) {
      const tensor = feeds[name];
      if (tensor === undefined || tensor.type === 'string') continue; // both refused before
      const data = tensor.data.buffer instanceof SharedArrayBuffer ? tensor.data.slice() : tensor.data;
      const dims = BigInt64Array.from(tensor.dims, BigInt);
      kept.push(data, dims);
      values.push(
        library.make(
          'CreateTensorWithDataAsOrtValue',
          memory,
          data.byteLength === 0 ? NOTHING : data,
          data.byteLength,
          dims.length === 0 ? NOTHING : dims,
          dims.length,
          ELEMENT_TYPE_NUMBERS[tensor.type],
        ),
      );
    }
    const inputNames = cStrings(
      library,
      inputs.map(({ name }) => name),
    );
    const outputNames = cStrings(
      library,
      outputs.map(({ name }) => name),
    );
    const inputValues = BigUint64Array.from(values);
    await whileHeld([kept, inputNames, outputNames], () =>
      library.callAsync(
        'Run',
        session,
        null,
        inputNames.pointers,
        inputValues,
        inputValues.length,
        outputNames.pointers,
        outputs.length,
        results,
      ),
    );
    return Object.fromEntries(
      outputs.map(({ name }, index) => [name, readValue(library, results[index] ?? 0n, name)]),
    );
  } finally {
    for (const value of [...values, ...results]) if (value !== 0n) library.release('Value', value);
    library.release('MemoryInfo', memory);
  }
}

function readValue(library: OrtLibrary, value: bigint, name: string): Tensor {
  const info = library.make('GetTensorTypeAndShape', value);
  const { elementType, dims } = using(library, 'TensorTypeAndShapeInfo', info, () =>
    shapeAndType(library, info),
  );
  const type = elementTypeOf(elementType, name);
  const length = dims.reduce((product, dim) => product * dim, 1);
  const bytes =
    length === 0
      ? new ArrayBuffer(0)
      : library.copyOf(library.make('GetTensorMutableData', value), length * bytesPerElement(type));
  return tensorOf(type, dims, bytes);
}
