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
