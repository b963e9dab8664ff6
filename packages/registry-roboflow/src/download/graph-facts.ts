import { readOnnxFile, tensorSpecs, type OnnxFacts } from '@care/model-manifest';
import { CareError, type ModelPackage, type ModelVariant, type TensorSpec } from '@care/registry-core';

/** What the graph of a variant says of its inputs and outputs. @throws CareError `ARTIFACT_CORRUPT` */
export async function graphFacts(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Required<Pick<ModelVariant, 'inputs' | 'outputs' | 'exporterMetadata'>>> {
  const facts: OnnxFacts = await readOnnxFile(path, signal === undefined ? {} : { signal });
  return {
    inputs: tensorSpecs(facts.inputs),
    outputs: tensorSpecs(facts.outputs),
    exporterMetadata: facts.metadata,
  };
}

/** Height and width that the graph fixes; undefined where it leaves them open. */
export interface FixedSides {
  readonly height: number | undefined;
  readonly width: number | undefined;
}

/** The image input is the one of four dimensions; its channels come first, unless only the last can be channels. */
export function fixedSides(inputs: readonly TensorSpec[]): FixedSides {
  const [image] = inputs.filter(({ shape }) => shape.length === 4);
  const [, second, third, fourth] = image?.shape ?? [];
  const isChannels = (dim: number | string | undefined): boolean => dim === 1 || dim === 3;
  const [height, width] = isChannels(fourth) && !isChannels(second) ? [second, third] : [third, fourth];
  return { height: fixed(height), width: fixed(width) };
}

function fixed(dim: number | string | undefined): number | undefined {
  return typeof dim === 'number' && dim > 0 ? dim : undefined;
}

/**
 * The size of the input when the description does not know it: that of the graph. When it does, both must agree.
 * @throws CareError `MODEL_INCOMPATIBLE`
 */
export function inputSizeOf(
  { modelId, inputSize }: ModelPackage,
  variantId: string,
  { height, width }: FixedSides,
  graphIsRight: boolean,
): ModelPackage['inputSize'] {
  const size = { height: height ?? inputSize.height, width: width ?? inputSize.width };
  if (graphIsRight || (size.height === inputSize.height && size.width === inputSize.width)) return size;
  const [stated, found] = [inputSize, size].map((one) => `${one.height} x ${one.width}`);
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `Roboflow says that the input of ${modelId} is ${stated ?? ''} (height x width), the graph of ${variantId} has ${found ?? ''}.`,
    {
      remedy: 'Choose another variant, or export the version anew at Roboflow.',
      details: { modelId, variantId },
    },
  );
}
