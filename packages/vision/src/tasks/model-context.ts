import { CareError } from '@care/registry-core';
import type { ModelPackage, ModelVariant } from '@care/registry-core';
import { describeSpec, inputLayout } from '../preprocess/input-layout.js';
import type { InputLayout } from '../preprocess/input-layout.js';
import type { SessionSignature } from './task.js';

/** A model as a task sees it when it is bound to it. */
export interface ModelContext {
  readonly model: ModelPackage;
  readonly variant: ModelVariant;
  readonly signature: SessionSignature;
  readonly input: InputLayout;
}

/** @throws CareError MODEL_INCOMPATIBLE: no such variant, or no image input that fits the package */
export function modelContext(
  model: ModelPackage,
  variantId: string,
  signature: SessionSignature,
): ModelContext {
  const variant = model.variants.find(({ id }) => id === variantId);
  if (variant === undefined) {
    throw new CareError('MODEL_INCOMPATIBLE', `model ${model.modelId} has no variant ${variantId}`, {
      remedy: `Choose one of ${model.variants.map(({ id }) => id).join(', ')}.`,
    });
  }
  return { model, variant, signature, input: inputLayout(model, signature.inputs) };
}

/** @throws CareError MODEL_INCOMPATIBLE when the model has inputs besides the image that are not `fed` */
export function checkInputsFed(
  { model, signature, input }: ModelContext,
  fed: Readonly<Record<string, unknown>> = {},
): void {
  const unfed = signature.inputs.filter(({ name }) => name !== input.name && !Object.hasOwn(fed, name));
  if (unfed.length === 0) return;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId} wants inputs that its task does not know: ${unfed.map(describeSpec).join(', ')}`,
    { remedy: 'Export the model with the image as its only input.' },
  );
}
