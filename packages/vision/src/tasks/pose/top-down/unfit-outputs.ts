import { CareError } from '@care/registry-core';
import { describeSpec } from '../../../preprocess/input-layout.js';
import type { ModelContext } from '../../model-context.js';

/** The error of a named decoder whose outputs the model does not have. */
export function unfitOutputs({ model, signature }: ModelContext, decoder: string, wanted: string): CareError {
  const outputs = signature.outputs.map(describeSpec);
  return new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: decoder ${decoder} reads ${wanted}, the model has ${outputs.join(', ') || 'no outputs'}`,
    {
      remedy: 'State another `postprocessing.decoder` in the manifest, or leave it out.',
      details: { outputs },
    },
  );
}
