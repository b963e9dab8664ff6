import type { Care } from '@care/model-manager';
import type { ModelVariant, ResolvedModel } from '@care/registry-core';
import type { VariantOptions } from '../options/variant-options.js';
import { usageError } from '../options/usage-error.js';

/**
 * The variants that the options mean; without options the one that would run here, and where none would, the model's first.
 * @throws CareError OPTIONS_INVALID when the model has no such variant
 */
export async function chosenVariants(
  care: Pick<Care, 'negotiate'>,
  resolved: ResolvedModel,
  { variant: wanted = [], allVariants = false }: VariantOptions,
  signal: AbortSignal,
): Promise<readonly ModelVariant[]> {
  const { modelId, variants } = resolved.package;
  if (allVariants) return variants;
  if (wanted.length > 0) return wanted.map((id) => variantNamed(modelId, variants, id));
  if (variants.length === 1) return variants;
  const candidates = await care.negotiate(resolved, { signal });
  const chosen = candidates.find(({ verdict }) => verdict === 'eligible')?.variant;
  return variants.filter(({ id }, index) => (chosen === undefined ? index === 0 : id === chosen));
}

function variantNamed(modelId: string, variants: readonly ModelVariant[], id: string): ModelVariant {
  const found = variants.find((variant) => variant.id.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return found;
  const known = variants.map((variant) => variant.id).join(', ');
  throw usageError(`Model "${modelId}" has no variant "${id}".`, `It has ${known}.`);
}
