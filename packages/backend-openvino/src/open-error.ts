import { CareError, type LoadedModel } from '@care/registry-core';
import { engineMessage } from './engine-message.js';

/** What the engine says of an IR that is no model description, and its XML parser of one that is cut or damaged. */
const UNREADABLE = [/unable to read the model/i, /at offset \d+$/];

/** A failure of the engine to read or compile a model, by what it means for the caller. */
export function openError(cause: unknown, { format, model, externalData }: LoadedModel): CareError {
  const message = engineMessage(cause);
  const details = { artifact: model.name, backend: 'openvino' };
  if (/weights in bin file|bin file cannot be found/i.test(message)) {
    return externalData.length === 0
      ? new CareError(
          'ARTIFACT_MISSING',
          `${model.name} has its weights in a .bin file that the variant does not list`,
          {
            remedy: 'Put the .bin file beside the .xml file, or list it as an artifact of the variant.',
            details,
            cause,
          },
        )
      : new CareError('ARTIFACT_CORRUPT', `the weights of ${model.name} are not whole: ${message}`, {
          remedy: 'Replace the .xml and .bin files by intact ones of the same export.',
          details,
          cause,
        });
  }
  if (format === 'openvino-ir' && UNREADABLE.some((pattern) => pattern.test(message))) {
    return new CareError('ARTIFACT_CORRUPT', `${model.name} is not a readable OpenVINO IR: ${message}`, {
      details,
      cause,
    });
  }
  return new CareError('MODEL_INCOMPATIBLE', `OpenVINO cannot run ${model.name}: ${message}`, {
    remedy: 'Export the model with operators that this OpenVINO has; the message names what it refused.',
    details,
    cause,
  });
}
