import { CareError, errorMessage, isCareError } from '@care/registry-core';

/** What says that the machine, not the model, is at fault. */
const MACHINE =
  /failed to load (?:shared )?library|cuda (?:failure|error)|cudaerror|no cuda-capable device|cudnn_status|out of memory/i;

/** A failure of the engine to open a model whose file is known to be whole, by what it means for the caller. */
export function openError(cause: unknown, modelName: string): CareError {
  if (isCareError(cause)) return cause;
  const message = withoutSource(errorMessage(cause).trim());
  const details = { artifact: modelName, backend: 'tensorrt' };
  if (MACHINE.test(message)) {
    return new CareError('BACKEND_UNAVAILABLE', `TensorRT does not work here: ${message}`, {
      remedy:
        '`nvidia-smi` must list the card with free memory; `care doctor` tells which library is missing.',
      details,
      cause,
    });
  }
  return new CareError(
    'MODEL_INCOMPATIBLE',
    `ONNX Runtime with TensorRT cannot run ${modelName}: ${message}`,
    {
      remedy:
        'The message names what was refused. An operator that TensorRT cannot build can be left to CUDA by `excludedOperators`.',
      details,
      cause,
    },
  );
}

/** The engine writes where in its own sources it failed first; the reason follows. */
function withoutSource(message: string): string {
  return message.replace(/^(?:Exception during initialization: )?\S+\.(?:cc|h):\d+ .*?\) (?=[A-Z])/s, '');
}
