import { CareError } from '@care/registry-core';
import type { ModelPackage } from '@care/registry-core';

/** One setting of `postprocessing.decoderOptions`. @throws CareError MODEL_INCOMPATIBLE when it is not one of `allowed` */
export function decoderOption<T extends string>(
  { model }: { readonly model: ModelPackage },
  key: string,
  allowed: readonly T[],
): T | undefined {
  const value = model.postprocessing.decoderOptions[key];
  if (value === undefined) return undefined;
  const known = allowed.find((option) => option === value);
  if (known !== undefined) return known;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: decoder option ${key} is ${JSON.stringify(value)}; allowed are ${allowed.join(', ')}`,
    { remedy: `Set \`${key}\` of the decoder's options in the manifest to one of ${allowed.join(', ')}.` },
  );
}

/** A setting that lists positions, ascending and each once; none when it is absent. @throws CareError MODEL_INCOMPATIBLE when it is no such list */
export function decoderPositions(
  { model }: { readonly model: ModelPackage },
  key: string,
): readonly number[] {
  const value: unknown = model.postprocessing.decoderOptions[key] ?? [];
  const isPosition = (item: unknown): item is number => Number.isSafeInteger(item) && Number(item) >= 0;
  if (Array.isArray(value) && value.every(isPosition)) {
    return [...new Set<number>(value)].sort((a, b) => a - b);
  }
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: decoder option ${key} is ${JSON.stringify(value)}; a list of positions from 0 is allowed`,
    { remedy: `Give \`${key}\` of the decoder's options in the manifest as a list like [0].` },
  );
}
