import { CareError, type LoadedModel } from '@care/registry-core';
import type { OnnxFacts } from '../onnx/onnx-facts.js';

/**
 * Checks that every piece of external data that an ONNX file refers to is among the bytes given with it, before an engine sees
 * either: engines look for what is missing on the disk.
 * @throws CareError `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT` (shorter than the file says)
 */
export function checkExternalBytes(
  { externalData }: OnnxFacts,
  { model, externalData: given }: LoadedModel,
): void {
  const bytesOf = new Map(given.map(({ name, bytes }) => [name, bytes]));
  for (const { tensor, location, offset, length = 0 } of externalData) {
    const bytes = bytesOf.get(location);
    const details = { artifact: location, tensor };
    if (bytes === undefined) {
      throw new CareError(
        'ARTIFACT_MISSING',
        `${model.name} refers to external data that its variant does not list: "${location}"`,
        {
          remedy:
            'List every external data file of the model as an artifact of the variant, by the name the model uses.',
          details,
        },
      );
    }
    if (offset + length > bytes.length) {
      throw new CareError(
        'ARTIFACT_CORRUPT',
        `external data "${location}" of ${model.name} is too short: tensor "${tensor}" ends at byte ${offset + length} of ${bytes.length}`,
        { remedy: 'Replace the external data file by an intact copy.', details },
      );
    }
  }
}
