import { CareError } from '@care/registry-core';

/** What the engine says of a file that is no ONNX model at all, or only part of one. */
const UNREADABLE = [
  /protobuf parsing failed/i,
  /model data pointer is null/i,
  /no graph was found in the protobuf/i,
];

/** A failure of the engine to open a model, by what it means for the caller. */
export function openError(cause: unknown, modelName: string): CareError {
  const message = (cause instanceof Error ? cause.message : String(cause)).trim();
  const details = { artifact: modelName, backend: 'ort' };
  if (UNREADABLE.some((pattern) => pattern.test(message))) {
    return new CareError('ARTIFACT_CORRUPT', `${modelName} is not a readable ONNX model: ${message}`, {
      details,
      cause,
    });
  }
  if (/external data path|InFilesInMemory|InjectExternalInitializers|external initializer/i.test(message)) {
    const missing = /validation failed|does not exist|cannot be found/i.test(message);
    return new CareError(
      missing ? 'ARTIFACT_MISSING' : 'ARTIFACT_CORRUPT',
      missing
        ? `${modelName} refers to external data that its variant does not list: ${withoutFolder(message)}`
        : `external data of ${modelName} is too short: ${message}`,
      {
        remedy: missing
          ? 'List every external data file of the model as an artifact of the variant, by the name the model uses.'
          : 'Replace the external data file by an intact copy.',
        details,
        cause,
      },
    );
  }
  return new CareError(
    'MODEL_INCOMPATIBLE',
    `ONNX Runtime cannot run ${modelName}: ${withoutSource(message)}`,
    {
      remedy:
        'Export the model again for an opset and operators that this ONNX Runtime has; the message names what it refused.',
      details,
      cause,
    },
  );
}

/** The engine writes where in its own sources it failed first; the reason follows. */
function withoutSource(message: string): string {
  return message.replace(
    /^(?:Exception during initialization: )?\S+\.(?:cc|h):\d+ .*?[)>] (?:\[with [^\]]*\] )?(?=[A-Za-z])/s,
    '',
  );
}

function withoutFolder(message: string): string {
  return message.replaceAll(/"[^"]*[\\/]([^"\\/]+)"/g, '"$1"');
}
